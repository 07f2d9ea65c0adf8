import type { Database } from '@app/platform/persistence/database.js';

/** Runs the work and nothing else. */
export const noDatabase = {
  once: <T>(effect: () => Promise<T>) => effect(),
  transaction: <T>(work: () => Promise<T>) => work(),
} as Database;

/** One request that comes again and again under its `Idempotency-Key`: the first answer is stored and given from then on, a refusal is not. */
export function oneRequest(): Database {
  let stored: string | undefined;
  const once = async <T extends object>(effect: () => Promise<T>): Promise<T> => {
    if (stored !== undefined) return JSON.parse(stored) as T;
    const answer = await effect();
    stored = JSON.stringify(answer);
    return answer;
  };
  return { once } as Database;
}
