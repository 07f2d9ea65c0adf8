/** Waits for something that happens in another process or later in this one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/**
 * Polls until the condition returns something other than `undefined` or `false`, and returns that. An error counts as "not yet".
 * Throws after `timeoutMs`, which is given only where the limit is part of what is tested, or where half a minute is too little:
 * a condition that is met costs no more time with a longer one.
 */
export async function until<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  { what, timeoutMs = 30_000, intervalMs = 20 }: { what: string; timeoutMs?: number; intervalMs?: number },
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let lastResult: string;
  do {
    try {
      const value = await beforeDeadline(deadline, condition());
      if (value !== undefined && value !== false) return value;
      lastResult = `the last result was ${inspect(value)}`;
    } catch (error) {
      lastResult = `the last error was ${error instanceof Error ? error.message : inspect(error)}`;
    }
    await sleep(intervalMs);
  } while (Date.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms for ${what}, which did not happen; ${lastResult}.`);
}

async function beforeDeadline<T>(deadline: number, value: T | Promise<T>): Promise<T> {
  const timer = new AbortController();
  const timeout = sleep(Math.max(0, deadline - Date.now()), undefined, { signal: timer.signal }).then(() => {
    throw new Error('no result in time');
  });
  try {
    return await Promise.race([value, timeout]);
  } finally {
    timer.abort();
    timeout.catch(() => undefined);
  }
}
