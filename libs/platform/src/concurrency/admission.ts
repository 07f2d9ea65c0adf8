/** Admission: a limited number of requests is worked on at once, a limited number waits for a slot, and the others are refused at once. */
import { Unavailable } from '@app/kernel/domain-error.js';
import { ClsServiceManager } from 'nestjs-cls';

const RETRY_AFTER_SECONDS = 2;
/** A failure after so long without a success means that the database is away: requests that wait would fail as well. */
const STALLED_AFTER_MS = 2_000;

export interface AdmissionLimits {
  /** Requests worked on at once. */
  readonly maxAdmitted: number;
  /** Requests that may wait for a slot. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

/** How a request ended, as a sign of whether requests succeed at all. */
export type RequestOutcome = 'success' | 'failure' | 'neither';

interface WaitingRequest {
  readonly admit: () => void;
  readonly refuse: () => void;
}

export class Overloaded extends Unavailable {
  constructor(retryAfter = RETRY_AFTER_SECONDS) {
    super('platform.overloaded', 'The service has more to do than it can right now. Try again shortly.', { retryAfter });
  }
}

export class Admission {
  #admitted = 0;
  /** Requests that yielded their slot and return. */
  #suspended = 0;
  /** When the last request succeeded, or when the first one after a calm began: without requests nothing can succeed. */
  #noSuccessSince = performance.now();
  readonly #waiting = new Set<WaitingRequest>();
  readonly #returning: (() => void)[] = [];

  constructor(readonly limits: AdmissionLimits) {}

  get admittedCount(): number {
    return this.#admitted;
  }

  get waitingCount(): number {
    return this.#waiting.size + this.#returning.length;
  }

  /** Whether a request that fails now is a sign that others would fail as well. */
  get isStalled(): boolean {
    return performance.now() - this.#noSuccessSince > STALLED_AFTER_MS;
  }

  /**
   * Resolves when there is a free slot. Throws `Overloaded` when too many requests wait already, when the wait was too long, when requests no
   * longer succeed, or when the client has gone. `onWaiting` receives the function to call when the client has gone. `since`: when the wait began, by
   * `performance.now()`, where that was before.
   */
  async enter(onWaiting: (giveUp: () => void) => void = () => undefined, since: number | null = null): Promise<void> {
    if (this.#admitted === 0 && this.#suspended === 0) this.#noSuccessSince = performance.now();
    if (this.takeFreeSlot()) return;
    if (this.#waiting.size >= this.limits.maxWaiting) throw new Overloaded();
    await new Promise<void>((resolve, reject) => {
      const endWait = (settle: () => void) => (): void => {
        clearTimeout(timer);
        this.#waiting.delete(request);
        settle();
      };
      const request: WaitingRequest = { admit: endWait(resolve), refuse: endWait(() => reject(new Overloaded())) };
      const waitedMs = since === null ? 0 : performance.now() - since;
      const timer = setTimeout(request.refuse, this.limits.maxWaitMs - waitedMs);
      this.#waiting.add(request);
      onWaiting(request.refuse);
    });
  }

  /** Frees the slot of a request that will call `return`. */
  suspend(): void {
    this.#suspended++;
    this.freeSlot();
  }

  /** Resolves when there is a free slot for a request that was suspended. It goes first and is never refused. */
  async return(): Promise<void> {
    this.#suspended--;
    if (!this.takeFreeSlot()) await new Promise<void>((resolve) => this.#returning.push(resolve));
  }

  /** Frees the slot of a request that ended. */
  leave(outcome: RequestOutcome): void {
    if (outcome === 'success') this.#noSuccessSince = performance.now();
    if (outcome === 'failure' && this.isStalled) for (const request of this.#waiting) request.refuse();
    this.freeSlot();
  }

  private takeFreeSlot(): boolean {
    if (this.#admitted >= this.limits.maxAdmitted) return false;
    this.#admitted++;
    return true;
  }

  /** The request that waited longest gets the slot. */
  private freeSlot(): void {
    const [next] = this.#waiting;
    const admit = this.#returning.shift() ?? next?.admit;
    if (admit === undefined) this.#admitted--;
    else admit();
  }
}

/** The slot of one request, from its admission to its end. */
export class RequestSlot {
  #isTaken = true;
  #isOver = false;

  constructor(
    private readonly admission: Admission,
    readonly isClientGone: () => boolean = () => false,
  ) {}

  /** Another request has the slot while `work` runs. */
  async yieldDuring<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isTaken) return work();
    this.#isTaken = false;
    this.admission.suspend();
    try {
      return await work();
    } finally {
      await this.admission.return();
      this.#isTaken = true;
      if (this.#isOver) this.end('neither');
    }
  }

  end(outcome: RequestOutcome): void {
    this.#isOver = true;
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.admission.leave(outcome);
  }
}

/** Where a request keeps its slot in its context. */
export const REQUEST_SLOT = Symbol('platform.request-slot');

/** The slot of the active request. Undefined where none was admitted. */
export function requestSlot(): RequestSlot | undefined {
  const context = ClsServiceManager.getClsService();
  return context.isActive() ? context.get<RequestSlot | undefined>(REQUEST_SLOT) : undefined;
}

/** For work that has a limit of its own: while a request waits for Stripe or a hash, another one has its slot. */
export async function withoutSlot<T>(work: () => Promise<T>): Promise<T> {
  const slot = requestSlot();
  return slot === undefined ? work() : slot.yieldDuring(work);
}
