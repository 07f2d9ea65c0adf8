/** Work of the same instant is done together: while batches are under way, the next one gathers. A single item never waits. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Overloaded, type RequestSlot, requestSlot } from './admission.js';

/** How an item ended that must be worked on once more, without the others of its batch: what was in its way is gone. */
export const TRY_AGAIN = { status: 'again' } as const;

export type ItemOutcome<Result> = PromiseSettledResult<Result> | typeof TRY_AGAIN;

/** `work` throws it where nothing of the batch has happened and it may be tried again. In the end its items fail with the cause. */
export class RepeatableError extends Error {
  constructor(
    override readonly cause: unknown,
    /** `whole`: another attempt may pass. `one-by-one`: the error may be of one item, which must fail no other. */
    readonly how: 'whole' | 'one-by-one',
  ) {
    super('A batch that may be tried again', { cause });
  }
}

export interface BatchOptions<Item, Result> {
  /**
   * Returns how each item ended, in the order of the items, which is that of their arrival. What it throws concerns all of them.
   * `previousError`: what failed an earlier attempt with these items.
   */
  readonly work: (items: readonly Item[], previousError?: unknown) => Promise<readonly ItemOutcome<Result>[]>;
  /** Items in one batch. */
  readonly maxItems: number;
  /** Batches under way at once. */
  readonly maxConcurrent: number;
  /** Items that have such a key in common are never under way at the same time. */
  readonly keysOf?: (item: Item) => readonly string[];
  /** Items that have such a key in common are never under way in two batches. They may be in one. */
  readonly sharedKeysOf?: (item: Item) => readonly string[];
  /** Whether an item is left out when its client has gone before its batch begins. */
  readonly isDroppedWithClient?: (item: Item) => boolean;
  /** Nothing of a batch is tried again later than so long after its begin: what is left is refused with `Overloaded`. Left out: without a limit. */
  readonly maxRepeatMs?: number;
  /** Items that may wait; the others are refused with `Overloaded`. */
  readonly maxWaiting: number;
  /** An item that waited longer is refused with `Overloaded` instead of being worked on. */
  readonly maxWaitMs: number;
}

interface WaitingItem<Item, Result> {
  readonly item: Item;
  readonly keys: readonly string[];
  readonly sharedKeys: readonly string[];
  /** The request that waits for it. */
  readonly slot: RequestSlot | undefined;
  readonly since: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

type Batch<Item, Result> = readonly WaitingItem<Item, Result>[];

/** An attempt with a batch, or with a part of it. */
interface Attempt {
  readonly until: number;
  readonly previousError?: unknown;
}

/** So many failures without a success between them are an outage: an attempt would take as long again, and fail. */
const OUTAGE_AFTER_FAILURES = 2;
/** Items that waited so long when an outage is noticed fail with it. */
const STALLED_AFTER_MS = 1_000;
/** An item that waited so long for its keys is not passed any more by younger ones that want one of them. */
const RESERVED_AFTER_MS = 100;

const NO_KEYS: readonly string[] = [];

/** A batch must not run in the context, and so in the transaction, of the request that started it. */
const outsideRequests = AsyncLocalStorage.snapshot();

export class Batches<Item, Result> {
  /** In the order of their arrival. */
  readonly #waiting: WaitingItem<Item, Result>[] = [];
  readonly #busyKeys = new Set<string>();
  #underWay = 0;
  #isScheduled = false;
  #failuresInARow = 0;
  #lastFailure: unknown;

  constructor(private readonly options: BatchOptions<Item, Result>) {}

  /** Throws what `work` says of this item, or `Overloaded`. The request of the item occupies no slot meanwhile: a batch needs one connection. */
  run(item: Item): Promise<Result> {
    const { maxWaiting, keysOf, sharedKeysOf } = this.options;
    if (this.#waiting.length >= maxWaiting) return Promise.reject(new Overloaded());
    const slot = requestSlot();
    const [keys, sharedKeys] = [keysOf?.(item) ?? NO_KEYS, sharedKeysOf?.(item) ?? NO_KEYS];
    const wait = (): Promise<Result> =>
      new Promise((resolve, reject) => {
        this.#waiting.push({ item, keys, sharedKeys, slot, since: performance.now(), resolve, reject });
        this.schedule();
      });
    return slot === undefined ? wait() : slot.yieldDuring(wait);
  }

  /** Not at once: what arrives in the same turn of the event loop belongs together. */
  private schedule(): void {
    if (this.#isScheduled || this.#underWay >= this.options.maxConcurrent) return;
    this.#isScheduled = true;
    outsideRequests(() =>
      setImmediate(() => {
        this.#isScheduled = false;
        this.start();
      }),
    );
  }

  private start(): void {
    while (this.#underWay < this.options.maxConcurrent) {
      const batch = this.take();
      if (batch.length === 0) return;
      this.#underWay++;
      void this.workOn(batch, { until: performance.now() + (this.options.maxRepeatMs ?? Infinity) }).finally(() => {
        for (const { keys, sharedKeys } of batch) for (const key of [...keys, ...sharedKeys]) this.#busyKeys.delete(key);
        this.#underWay--;
        if (this.#waiting.length > 0) this.schedule();
      });
    }
  }

  /** The items that came first, without those whose keys are busy or reserved for an older one. */
  private take(): Batch<Item, Result> {
    const { maxItems, maxWaitMs, isDroppedWithClient } = this.options;
    const now = performance.now();
    const batch: WaitingItem<Item, Result>[] = [];
    const left: WaitingItem<Item, Result>[] = [];
    const reserved = new Set<string>();
    const isFree = (key: string): boolean => !this.#busyKeys.has(key) && !reserved.has(key);
    const leave = (waiting: WaitingItem<Item, Result>, wanted: readonly string[]): void => {
      left.push(waiting);
      if (waiting.since < now - RESERVED_AFTER_MS) for (const key of wanted) reserved.add(key);
    };
    let seen = 0;
    for (const waiting of this.#waiting) {
      if (batch.length >= maxItems) break;
      seen++;
      const { item, keys, sharedKeys, slot, since, reject } = waiting;
      const isGone = isDroppedWithClient?.(item) === true && slot?.isClientGone() === true;
      if (since < now - maxWaitMs || isGone) reject(new Overloaded());
      // Not its shared keys: the requests of one customer, which wait for each other, would keep others from all their seats.
      else if (!keys.every(isFree)) leave(waiting, keys);
      else if (!sharedKeys.every(isFree)) leave(waiting, [...keys, ...sharedKeys]);
      else {
        for (const key of keys) this.#busyKeys.add(key);
        batch.push(waiting);
      }
    }
    this.#waiting.splice(0, seen, ...left);
    for (const { sharedKeys } of batch) for (const key of sharedKeys) this.#busyKeys.add(key);
    return batch;
  }

  /** Never rejects: each item gets its outcome, or fails. */
  private async workOn(batch: Batch<Item, Result>, attempt: Attempt): Promise<void> {
    const { until, previousError } = attempt;
    const items = batch.map(({ item }) => item);
    try {
      const again = settle(batch, await this.options.work(items, previousError));
      this.#failuresInARow = 0;
      if (again.length > 0 && performance.now() < until) return await this.workOn(again, attempt);
      for (const { reject } of again) reject(new Overloaded());
    } catch (error) {
      const { cause, how } = error instanceof RepeatableError ? error : { cause: error, how: 'never' };
      // An error that may be of one item is an answer: it ends an outage.
      if (how === 'one-by-one') this.#failuresInARow = 0;
      else this.noteFailure(cause);
      const isInTime = performance.now() < until;
      if (isInTime && how === 'whole' && previousError === undefined) return this.workOn(batch, { until, previousError: cause });
      if (isInTime && how === 'one-by-one' && batch.length > 1) return this.workOnEach(batch, { until, previousError: cause });
      for (const { reject } of batch) reject(cause);
    }
  }

  private async workOnEach(batch: Batch<Item, Result>, attempt: Attempt): Promise<void> {
    for (const each of batch) {
      if (performance.now() >= attempt.until) each.reject(new Overloaded());
      else if (this.#failuresInARow >= OUTAGE_AFTER_FAILURES) each.reject(this.#lastFailure);
      else await this.workOn([each], attempt);
    }
  }

  private noteFailure(error: unknown): void {
    this.#lastFailure = error;
    if (++this.#failuresInARow < OUTAGE_AFTER_FAILURES) return;
    const oldest = performance.now() - STALLED_AFTER_MS;
    const fresh = this.#waiting.findIndex(({ since }) => since >= oldest);
    for (const { reject } of this.#waiting.splice(0, fresh === -1 ? Infinity : fresh)) reject(error);
  }
}

/** Returns the items that must be worked on again. */
function settle<Item, Result>(batch: Batch<Item, Result>, outcomes: readonly ItemOutcome<Result>[]): Batch<Item, Result> {
  if (outcomes.length !== batch.length) throw new Error(`${outcomes.length} outcomes for ${batch.length} items`);
  return batch.filter(({ resolve, reject }, i) => {
    const outcome = outcomes[i]!;
    if (outcome.status === 'fulfilled') resolve(outcome.value);
    else if (outcome.status === 'rejected') reject(outcome.reason);
    return outcome.status === 'again';
  });
}
