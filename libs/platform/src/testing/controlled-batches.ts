/** Batches for specs: their work ends when the test says so, or as it says. */
import { vi } from 'vitest';
import { Batches, type BatchOptions, type ItemOutcome } from '../concurrency/batches.js';

export interface Item {
  readonly name: string;
  readonly keys?: readonly string[];
  readonly sharedKeys?: readonly string[];
}

/** A batch that is under way until the test ends it. */
export interface Batch {
  readonly names: readonly string[];
  end(): void;
  fail(error: Error): void;
}

export const nextTurn = (): Promise<void> => new Promise(setImmediate);

export function newBatches(options: Partial<BatchOptions<Item, string>> = {}): { batches: Batches<Item, string>; underWay: Batch[] } {
  const underWay: Batch[] = [];
  const work = (items: readonly Item[]) =>
    new Promise<PromiseSettledResult<string>[]>((resolve, reject) => {
      const ended = items.map(({ name }) => ({ status: 'fulfilled', value: `${name} is done` }) as const);
      underWay.push({ names: items.map(({ name }) => name), end: () => resolve(ended), fail: reject });
    });
  const keysOf = ({ keys = [] }: Item): readonly string[] => keys;
  const sharedKeysOf = ({ sharedKeys = [] }: Item): readonly string[] => sharedKeys;
  return {
    batches: new Batches({ work, keysOf, sharedKeysOf, maxItems: 3, maxConcurrent: 1, maxWaiting: 100, maxWaitMs: 60_000, ...options }),
    underWay,
  };
}

/** `work` that ends items as `outcomeOf` says, and notes the names of each attempt. */
export function newWork(outcomeOf: (items: readonly Item[]) => readonly ItemOutcome<string>[]) {
  const tried: string[] = [];
  const work = async (items: readonly Item[]): Promise<readonly ItemOutcome<string>[]> => {
    tried.push(namesOf(items));
    await nextTurn();
    return outcomeOf(items);
  };
  return { tried, work };
}

const namesOf = (items: readonly Item[]): string => items.map(({ name }) => name).join('');
export const done = (items: readonly Item[]) => items.map(({ name }) => ({ status: 'fulfilled', value: name }) as const);
export const statuses = (outcomes: readonly PromiseSettledResult<string>[]): string[] => outcomes.map(({ status }) => status);
export const runAll = (batches: Batches<Item, string>, names: string) =>
  Promise.allSettled([...names].map((name) => batches.run({ name })));

/** Milliseconds that pass only when the test says so. */
export async function atFixedTime(test: (setTime: (ms: number) => void) => Promise<void>): Promise<void> {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  try {
    await test((ms) => void now.mockReturnValue(ms));
  } finally {
    now.mockRestore();
  }
}
