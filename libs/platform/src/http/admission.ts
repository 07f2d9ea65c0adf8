/** Lets so many requests work at once and so many wait a moment; the rest hears 503 before it costs anything. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Overloaded } from './refusals.js';

const RETRY_AFTER = 2;
/** When a request has failed and none succeeded for so long, the database is away, and who waits would only learn the same later. */
const STALLED = 2_000;

interface Limits {
  /** Requests worked on at once. */
  readonly admitted: number;
  readonly waiting: number;
  /** Milliseconds. */
  readonly longestWait: number;
}

interface Waiting {
  readonly admit: () => void;
  readonly turnAway: () => void;
}

export class Admission {
  #working = 0;
  #lastSuccess = performance.now();
  readonly #waiting = new Set<Waiting>();

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
      const timer = setTimeout(one.turnAway, this.limits.longestWait);
      this.#waiting.add(one);
      onceGone(one.turnAway);
    });
  }

  /** The room of one who leaves goes straight to who waited longest. */
  leave(outcome: 'success' | 'failure' | 'neither'): void {
    if (outcome === 'success') this.#lastSuccess = performance.now();
    if (outcome === 'failure' && performance.now() - this.#lastSuccess > STALLED) for (const one of this.#waiting) one.turnAway();
    const [next] = this.#waiting;
    if (next === undefined) this.#working--;
    else next.admit();
  }
}

/** Refusals that are given without a look into the database, and so say nothing about it. */
const AT_THE_DOOR = new Set([400, 401, 413, 415]);

function outcomeOf({ raw }: FastifyReply): 'success' | 'failure' | 'neither' {
  if (raw.statusCode === 503) return 'failure';
  return raw.statusCode < 500 && raw.writableFinished && !AT_THE_DOOR.has(raw.statusCode) ? 'success' : 'neither';
}

/** Webhooks and everything outside the API (health, documents) pass freely. */
export function useAdmission(fastify: FastifyInstance, admission: Admission): void {
  fastify.addHook('preValidation', async (request, reply) => {
    if (request.is404 || !request.url.startsWith('/api/v1/') || request.url.startsWith('/api/v1/webhooks/')) return;
    await admission.enter((leave) => reply.raw.once('close', leave));
    const leave = (): void => admission.leave(outcomeOf(reply));
    // 'close' comes once for every response, sent or broken off.
    if (reply.raw.destroyed || reply.raw.closed) leave();
    else reply.raw.once('close', leave);
  });
}
