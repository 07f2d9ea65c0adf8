import type { Database } from '@app/platform/persistence/database.js';

/** Runs the work and nothing else. */
export const noDatabase = { transaction: <T>(work: () => Promise<T>) => work() } as Database;
