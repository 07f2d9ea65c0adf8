/** Lets so many requests work at once and so many wait a moment; the rest hears 503 before it costs anything. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type ClsService, ClsServiceManager } from 'nestjs-cls';
import { Overloaded } from './http-errors.js';

const RETRY_AFTER = 2;
/** When a request has failed and none succeeded for so long, the database is away, and who waits would only learn the same later. */
const STALLED = 2_000;

interface Limits {
  /** Requests worked on at once. */
  readonly admitted: number;
  readonly waiting: number;
  readonly longestWaitMs: number;
}

export type Ending = 'success' | 'failure' | 'neither';

interface Waiting {
  readonly admit: () => void;
  readonly turnAway: () => void;
}

export class Admission {
  #working = 0;
  #lastSuccess = performance.now();
  readonly #waiting = new Set<Waiting>();
  readonly #returning: (() => void)[] = [];

  constructor(private readonly limits: Limits) {}

  /** Resolves when there is room. Throws `Overloaded` when too many wait already, the wait was too long, nothing gets done, or who waits has gone. */
  async enter(onceGone: (leave: () => void) => void = () => undefined): Promise<void> {
    if (this.#working < this.limits.admitted) {
      this.#working++;
      return;
    }
    if (this.#waiting.size >= this.limits.waiting) throw new Overloaded(RETRY_AFTER);
    await new Promise<void>((resolve, reject) => {
      const end = (act: () => void) => (): void => {
        clearTimeout(timer);
        this.#waiting.delete(one);
        act();
      };
      const one: Waiting = { admit: end(resolve), turnAway: end(() => reject(new Overloaded(RETRY_AFTER))) };
      const timer = setTimeout(one.turnAway, this.limits.longestWaitMs);
      this.#waiting.add(one);
      onceGone(one.turnAway);
    });
  }

  /** Resolves when there is room for one who has been in before: such a one goes first and is never turned away. */
  async return(): Promise<void> {
    if (this.#working < this.limits.admitted) this.#working++;
    else await new Promise<void>((resolve) => this.#returning.push(resolve));
  }

  /** The room of one who leaves goes straight to who waited longest. */
  leave(ending: Ending): void {
    if (ending === 'success') this.#lastSuccess = performance.now();
    if (ending === 'failure' && performance.now() - this.#lastSuccess > STALLED) for (const one of this.#waiting) one.turnAway();
    const [next] = this.#waiting;
    const admit = this.#returning.shift() ?? next?.admit;
    if (admit === undefined) this.#working--;
    else admit();
  }
}

/** The place of one request, from its being let in to its end. */
export class RequestSlot {
  #isTaken = true;
  #isOver = false;

  constructor(private readonly admission: Admission) {}

  /** Others have the place while this works. */
  async yieldDuring<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isTaken) return work();
    this.#isTaken = false;
    this.admission.leave('neither');
    try {
      return await work();
    } finally {
      await this.admission.return();
      this.#isTaken = true;
      if (this.#isOver) this.end('neither');
    }
  }

  end(ending: Ending): void {
    this.#isOver = true;
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.admission.leave(ending);
  }
}

const PLACE = 'platform.place';

/** For work with a bound of its own that needs no database: a request that waits for Stripe or a processor keeps nobody waiting. */
export async function withoutSlot<T>(work: () => Promise<T>): Promise<T> {
  const context = ClsServiceManager.getClsService();
  const place = context.isActive() ? context.get<RequestSlot | undefined>(PLACE) : undefined;
  return place === undefined ? work() : place.yieldDuring(work);
}

/** Refusals that are given without a look into the database, and so say nothing about it. */
const REJECTED_BEFORE_DATABASE = new Set([400, 401, 413, 415]);

function endingOf({ raw }: FastifyReply): Ending {
  if (raw.statusCode === 503) return 'failure';
  return raw.statusCode < 500 && raw.writableFinished && !REJECTED_BEFORE_DATABASE.has(raw.statusCode) ? 'success' : 'neither';
}

/** Webhooks and everything outside the API (health, documents) pass freely. */
export function useAdmission(fastify: FastifyInstance, admission: Admission, cls: ClsService): void {
  fastify.addHook('preValidation', async (request, reply) => {
    if (request.is404 || !request.url.startsWith('/api/v1/') || request.url.startsWith('/api/v1/webhooks/')) return;
    await admission.enter((leave) => reply.raw.once('close', leave));
    const place = new RequestSlot(admission);
    cls.set(PLACE, place);
    const end = (): void => place.end(endingOf(reply));
    // 'close' comes once for every response, sent or broken off.
    if (reply.raw.destroyed || reply.raw.closed) end();
    else reply.raw.once('close', end);
  });
}
