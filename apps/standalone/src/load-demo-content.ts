/** Adds the demo customer, movies and showtimes through the API, which serves meanwhile. The system is not ready before. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Readiness } from '@app/platform/operations/health/readiness.js';
import { type ApiClient, apiClient } from './api-client.js';
import { DEMO_CUSTOMER, logInAs, logInAsAdmin } from './demo-accounts.js';
import { seedProgramme, type SeedResult } from './programme/seed.js';

const CHECK = 'demo';
/** Between two attempts: short, so that the system is ready soon after a fault has passed. */
const RETRY_PAUSE_MS = 5_000;
/** What `startStandalone` says from the moment its port opens. */
export const NOT_LOADED_YET = { [CHECK]: 'movies and showtimes are being added' };

export interface LoadedDemo {
  readonly client: ApiClient;
  /** Null where the demo admin can add nothing any more. */
  readonly admin: ApiClient | null;
  readonly seeded: SeedResult | null;
  readonly isCustomerChanged: boolean;
}

interface StartedSystem {
  readonly apiUrl: string;
  readonly readiness: Readiness;
}

interface DemoContentOptions {
  readonly signal: AbortSignal;
  /** Gets the first fault, in words. */
  readonly onFault: (fault: string) => void;
  readonly retryPauseMs?: number;
}

/** Tries again until everything was added: the system stays not ready until then, and says why. Throws the reason of an aborted signal. */
export async function loadDemoContent(
  { apiUrl, readiness }: StartedSystem,
  { signal, onFault, retryPauseMs = RETRY_PAUSE_MS }: DemoContentOptions,
): Promise<LoadedDemo> {
  for (let isReported = false; ; isReported = true) {
    try {
      const loaded = await unlessAborted(addContent(apiClient(apiUrl)), signal);
      readiness.setReason(CHECK, null);
      return loaded;
    } catch (error) {
      if (signal.aborted) throw error;
      const fault = `movies and showtimes could not be added: ${error instanceof Error ? error.message : String(error)}`;
      readiness.setReason(CHECK, fault);
      if (!isReported) onFault(fault);
    }
    await unlessAborted(pause(retryPauseMs, undefined, { ref: false }), signal);
  }
}

async function addContent(client: ApiClient): Promise<LoadedDemo> {
  await client.register({ ...DEMO_CUSTOMER, fullName: 'Demo Customer' });
  const [admin, customer] = [await logInAsAdmin(client), await logInAs(DEMO_CUSTOMER, client)];
  const seeded = admin && (await seedProgramme(admin, (await client.clock()).now));
  return { client, admin, seeded, isCustomerChanged: customer === null };
}

/** Throws when the signal is aborted. The work goes on then until its server is stopped. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: settled.signal });
    if (signal.aborted) reject(signal.reason as Error);
  });
  return Promise.race([work, aborted]).finally(() => settled.abort());
}
