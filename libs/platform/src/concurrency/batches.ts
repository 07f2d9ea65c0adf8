/** Work of the same instant is done together: while batches are under way, the next one gathers. A single item never waits. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Overloaded, withoutSlot } from './admission.js';

export interface BatchOptions<Item, Result> {
  /** Returns how each item ended, in the order of the items. An error that it throws concerns all of them. */
  readonly work: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
  /** Items in one batch. */
  readonly maxItems: number;
  /** Batches under way at once. */
  readonly maxConcurrent: number;
  /** Items that have a key in common are never under way at the same time. */
  readonly keysOf?: (item: Item) => readonly string[];
  /** After such an error of a whole batch each of its items is tried alone, so that one item fails no other. */
  readonly isOfOneItem?: (error: unknown) => boolean;
  /** Items that an error of `isOfGroup` concerns together. After such an error each group is tried once more by itself, and then fails as a whole. */
  readonly groups?: { readonly of: (item: Item) => string; readonly isOfGroup: (error: unknown) => boolean };
  /** Items that may wait; the others are refused with `Overloaded`. */
  readonly maxWaiting: number;
  /** An item that waited longer is refused with `Overloaded` instead of being worked on. */
  readonly maxWaitMs: number;
}

interface WaitingItem<Item, Result> {
  readonly item: Item;
  readonly keys: readonly string[];
  readonly since: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Items that waited so long while a batch failed as a whole fail with it, unless the error is of one item: the database is away, and an attempt would take as long again. */
const STALLED_AFTER_MS = 1_000;

/** Groups of one batch that are tried at the same time: each takes a connection. */
const MAX_CONCURRENT_GROUPS = 4;

const NO_KEYS: readonly string[] = [];

export class Batches<Item, Result> {
  #waiting: WaitingItem<Item, Result>[] = [];
  readonly #busyKeys = new Set<string>();
  #underWay = 0;
  #isScheduled = false;
  /** A batch must not run in the context, and so in the transaction, of the request that started it. */
  readonly #outsideRequests = AsyncLocalStorage.snapshot();

  constructor(private readonly options: BatchOptions<Item, Result>) {}

  /** Throws what `work` says of this item, or `Overloaded`. The request of the item occupies no slot meanwhile: a batch needs one connection. */
  run(item: Item): Promise<Result> {
    if (this.#waiting.length >= this.options.maxWaiting) return Promise.reject(new Overloaded());
    return withoutSlot(
      () =>
        new Promise((resolve, reject) => {
          this.#waiting.push({ item, keys: this.options.keysOf?.(item) ?? NO_KEYS, since: performance.now(), resolve, reject });
          this.schedule();
        }),
    );
  }

  /** Not at once: what arrives in the same turn of the event loop belongs together. */
  private schedule(): void {
    if (this.#isScheduled || this.#underWay >= this.options.maxConcurrent) return;
    this.#isScheduled = true;
    this.#outsideRequests(() =>
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
      void this.workOn(batch).finally(() => {
        for (const { keys } of batch) for (const key of keys) this.#busyKeys.delete(key);
        this.#underWay--;
        if (this.#waiting.length > 0) this.schedule();
      });
    }
  }

  /** The items that waited longest and share no key with each other or with an item under way. */
  private take(): WaitingItem<Item, Result>[] {
    const { maxItems, maxWaitMs } = this.options;
    const batch: WaitingItem<Item, Result>[] = [];
    const left: WaitingItem<Item, Result>[] = [];
    const oldest = performance.now() - maxWaitMs;
    for (const waiting of this.#waiting) {
      if (waiting.since < oldest) waiting.reject(new Overloaded());
      else if (batch.length >= maxItems || waiting.keys.some((key) => this.#busyKeys.has(key))) left.push(waiting);
      else {
        for (const key of waiting.keys) this.#busyKeys.add(key);
        batch.push(waiting);
      }
    }
    this.#waiting = left;
    return batch;
  }

  private async workOnGroups(batch: readonly WaitingItem<Item, Result>[], groupOf: (item: Item) => string): Promise<void> {
    const groups = [...Map.groupBy(batch, ({ item }) => groupOf(item)).values()].values();
    const next = async (): Promise<void> => {
      for (const group of groups) await this.workOn(group, { isGroup: true });
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT_GROUPS }, next));
  }

  private failStalled(error: unknown): void {
    const oldest = performance.now() - STALLED_AFTER_MS;
    for (const { since, reject } of this.#waiting) if (since < oldest) reject(error);
    this.#waiting = this.#waiting.filter(({ since }) => since >= oldest);
  }

  private async workOn(batch: readonly WaitingItem<Item, Result>[], { isGroup = false } = {}): Promise<void> {
    try {
      const outcomes = await this.options.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, i) => {
        const outcome = outcomes[i]!;
        if (outcome.status === 'fulfilled') resolve(outcome.value);
        else reject(outcome.reason);
      });
    } catch (error) {
      const isOfOneItem = this.options.isOfOneItem?.(error) === true;
      const { groups } = this.options;
      const isOfGroup = groups?.isOfGroup(error) === true;
      if (groups !== undefined && isOfGroup && !isGroup && batch.length > 1) return this.workOnGroups(batch, groups.of);
      if (isOfOneItem && batch.length > 1 && !isOfGroup) {
        for (const each of batch) await this.workOn([each]);
        return;
      }
      for (const { reject } of batch) reject(error);
      if (!isOfOneItem) this.failStalled(error);
    }
  }
}
