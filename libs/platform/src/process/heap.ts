/** Keeps a process small: V8 lets its heap grow to several times what lives in it where the machine has memory, and other processes need it, too. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Allocates everything in the young generation. V8 allocates what has often survived at a place in the code among the old objects at once. During holds,
 * which wait for PostgreSQL, that comes to be so for objects of every request: each of them then keeps its request, and what that refers to, until the
 * old generation is collected (docs/performance.md, "Garbage").
 */
export function allocateInYoungGeneration(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

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
