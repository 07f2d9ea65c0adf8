/** Requests that ask the same while an answer is being made share the next answer, so that no answer is older than its question. */

/**
 * What became of an answer that was being made: itself; `failed`: the system is away or overloaded, for those who wait as well; `given-up`: its client
 * has gone, and another request makes it; `not-shared`: each makes its own.
 */
export type AnswerOutcome<Answer> = { readonly answer: Answer } | 'failed' | 'given-up' | 'not-shared';

interface PendingAnswer<Answer> {
  readonly made: Promise<AnswerOutcome<Answer>>;
  readonly end: (outcome: AnswerOutcome<Answer>) => void;
}

/** Longer than a request may wait for a slot and then for the database: the one who makes an answer has ended before. */
const MAX_PENDING_MS = 15_000;

/** Either the answer that another request made, or `failed`, or `end`: then this request makes the answer and calls `end` with what became of it. */
export type AskResult<Answer> = { readonly answer: Answer } | 'failed' | Pick<PendingAnswer<Answer>, 'end'>;

export class SharedAnswers<Answer> {
  readonly #current = new Map<string, PendingAnswer<Answer>>();
  /** Begins when the current one ends. Until then others may join. */
  readonly #next = new Map<string, PendingAnswer<Answer>>();

  async ask(key: string): Promise<AskResult<Answer>> {
    const current = this.#current.get(key);
    if (current === undefined) return this.begin(key, newPendingAnswer());
    const joined = this.#next.get(key);
    if (joined !== undefined) {
      const outcome = await joined.made;
      if (outcome === 'given-up') return this.ask(key);
      return outcome === 'not-shared' ? { end: () => undefined } : outcome;
    }
    const next = newPendingAnswer<Answer>();
    this.#next.set(key, next);
    const outcome = await current.made;
    this.#next.delete(key);
    if (outcome !== 'failed') return this.begin(key, next);
    // It would fail as well, and those who wait would get their answer too late.
    this.#current.delete(key);
    next.end('failed');
    return 'failed';
  }

  private begin(key: string, pending: PendingAnswer<Answer>): AskResult<Answer> {
    this.#current.set(key, pending);
    const timer = setTimeout(() => pending.end('not-shared'), MAX_PENDING_MS).unref();
    void pending.made.then(() => {
      clearTimeout(timer);
      // With a next one, the request that waits to make it takes its place.
      if (!this.#next.has(key)) this.#current.delete(key);
    });
    return { end: pending.end };
  }
}

function newPendingAnswer<Answer>(): PendingAnswer<Answer> {
  const { promise, resolve } = Promise.withResolvers<AnswerOutcome<Answer>>();
  return { made: promise, end: resolve };
}
