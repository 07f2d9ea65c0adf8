/** Requests that ask the same while an answer is being made share the next answer, so that no answer is older than its question. */
interface PendingAnswer<Answer> {
  readonly made: Promise<Answer | null>;
  readonly end: (answer: Answer | null) => void;
}

/** After this time no request waits for the answer any more: each makes its own, so that a database that is away is noticed in time. */
const MAX_PENDING_MS = 1_000;

/** Either the answer that another request made, or `end`: then this request makes the answer and calls `end` with it, or with null where there is nothing to share. */
export type AskResult<Answer> = { readonly answer: Answer } | { readonly end: (answer: Answer | null) => void };

export class SharedAnswers<Answer> {
  readonly #current = new Map<string, PendingAnswer<Answer>>();
  /** Begins when the current one ends. Until then others may join. */
  readonly #next = new Map<string, PendingAnswer<Answer>>();

  async ask(key: string): Promise<AskResult<Answer>> {
    const current = this.#current.get(key);
    if (current === undefined) return this.begin(key, newPendingAnswer());
    const joined = this.#next.get(key);
    if (joined !== undefined) {
      const answer = await joined.made;
      return answer === null ? { end: () => undefined } : { answer };
    }
    const next = newPendingAnswer<Answer>();
    this.#next.set(key, next);
    await current.made;
    this.#next.delete(key);
    return this.begin(key, next);
  }

  private begin(key: string, pending: PendingAnswer<Answer>): AskResult<Answer> {
    this.#current.set(key, pending);
    const timer = setTimeout(() => pending.end(null), MAX_PENDING_MS).unref();
    void pending.made.then(() => {
      clearTimeout(timer);
      // With a next one, the request that waits to make it takes its place.
      if (!this.#next.has(key)) this.#current.delete(key);
    });
    return { end: pending.end };
  }
}

function newPendingAnswer<Answer>(): PendingAnswer<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>();
  return { made: promise, end: resolve };
}
