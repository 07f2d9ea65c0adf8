/** Keeps a process small: V8 lets its heap grow to several times what lives in it where the machine has memory, and other processes need it, too. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How much the heap may grow over what lives in it before it is collected. */
export function limitHeapGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/**
 * Collects what only the start needed and gives its memory back (docs/performance.md, "Memory"). Nothing else would do so before the process is busy,
 * and a usual collection keeps the pages.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as (options: object) => void)({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
