/** Whether the process that runs a job ends. It is not handed over, so that no job can forget it: `searchPages` asks it. */
import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<AbortSignal>();

/** `work` is asked to end when the signal is aborted. */
export function runStoppable<T>(stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  return current.run(stop, work);
}

/** Whether the work around this call is asked to end. */
export function isJobStopping(): boolean {
  return current.getStore()?.aborted === true;
}
