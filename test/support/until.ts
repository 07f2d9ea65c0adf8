import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Polls until the condition gives something other than `undefined` or `false`; an error of it counts as "not yet". */
export async function until<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs, what, intervalMs = 20 }: { timeoutMs: number; what: string; intervalMs?: number },
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: string;
  do {
    try {
      const value = await before(deadline, condition());
      if (value !== undefined && value !== false) return value;
      last = `the last answer was ${inspect(value)}`;
    } catch (error) {
      last = `the last error was ${error instanceof Error ? error.message : inspect(error)}`;
    }
    await sleep(intervalMs);
  } while (Date.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}; ${last}.`);
}

async function before<T>(deadline: number, value: T | Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(Math.max(0, deadline - Date.now()), undefined, { signal: timer.signal }).then(() => {
    throw new Error('no answer in time');
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
