/** Runs the steps of the demo, and prints each with its duration and its result. */
import { setTimeout as pause } from 'node:timers/promises';

const TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 25;

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The value that a step passes on, and the text that is printed about it. */
export type StepResult<Value> = [Value, string] | [Value];

export async function step<Value>(name: string, work: () => Promise<StepResult<Value>>): Promise<Value> {
  const startedAt = performance.now();
  const [value, text = ''] = await work();
  print(`${String(Math.round(performance.now() - startedAt)).padStart(6)} ms  ${name}${text === '' ? '' : `: ${text}`}`);
  return value;
}

/** Calls `read` until it returns something else than null. Throws after 15 seconds. */
export async function waitFor<Value>(what: string, read: () => Promise<Value | null>): Promise<Value> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (Date.now() < deadline) {
    const value = await read();
    if (value !== null) return value;
    await pause(POLL_INTERVAL_MS);
  }
  throw new Error(`waited ${TIMEOUT_MS / 1_000} s without success for ${what}`);
}
