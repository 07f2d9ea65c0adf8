/** Lets so many requests work at once and so many wait a moment; the rest hears 503 before it costs anything. */
import type { FastifyInstance } from 'fastify';
import { Overloaded } from './refusals.js';

/** Waiting longer than this would only make the customer's own time-out likelier. */
const MAX_WAIT = 4_000;
const MAX_WAITING = 2_000;
const RETRY_AFTER = 2;

export class Admission {
  #working = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly limit: number,
    private readonly maxWaiting = MAX_WAITING,
    private readonly maxWait = MAX_WAIT,
  ) {}

  /** Resolves when there is room. Throws `Overloaded` when too many wait already, or the wait was too long. */
  async enter(): Promise<void> {
    if (this.#working < this.limit) {
      this.#working++;
      return;
    }
    if (this.#waiting.size >= this.maxWaiting) throw new Overloaded(RETRY_AFTER);
    await new Promise<void>((resolve, reject) => {
      const admit = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(admit);
        reject(new Overloaded(RETRY_AFTER));
      }, this.maxWait);
      this.#waiting.add(admit);
    });
  }

  /** The room of one who leaves goes straight to who waited longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#working--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

/** Webhooks and everything outside the API (health, documents) pass freely. */
export function useAdmission(fastify: FastifyInstance, admission: Admission): void {
  fastify.addHook('preValidation', async (request, reply) => {
    if (!request.url.startsWith('/api/v1/') || request.url.startsWith('/api/v1/webhooks/')) return;
    await admission.enter();
    // 'close' comes once for every response, sent or broken off.
    if (reply.raw.destroyed || reply.raw.closed) admission.leave();
    else reply.raw.once('close', () => admission.leave());
  });
}
