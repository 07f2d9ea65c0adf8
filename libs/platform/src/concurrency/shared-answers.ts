/** Those who ask the same while an answer is being made share the next one: no answer is older than its question. */
interface Making<Answer> {
  readonly made: Promise<Answer | null>;
  readonly end: (answer: Answer | null) => void;
}

/** An answer that takes longer is not waited for: each makes its own, so that a database that is away is noticed in time. */
const LONGEST_MAKING_MS = 1_000;

/** Either the answer that another request made, or `end`: this request makes it, and must say how that ended (null: with nothing to share). */
export type Asked<Answer> = { readonly answer: Answer } | { readonly end: (answer: Answer | null) => void };

export class SharedAnswers<Answer> {
  readonly #current = new Map<string, Making<Answer>>();
  /** Begins when the current one ends. Until then others may join. */
  readonly #next = new Map<string, Making<Answer>>();

  async ask(key: string): Promise<Asked<Answer>> {
    const current = this.#current.get(key);
    if (current === undefined) return this.begin(key, newMaking());
    const joined = this.#next.get(key);
    if (joined !== undefined) {
      const answer = await joined.made;
      return answer === null ? { end: () => undefined } : { answer };
    }
    const next = newMaking<Answer>();
    this.#next.set(key, next);
    await current.made;
    this.#next.delete(key);
    return this.begin(key, next);
  }

  private begin(key: string, making: Making<Answer>): Asked<Answer> {
    this.#current.set(key, making);
    const timer = setTimeout(() => making.end(null), LONGEST_MAKING_MS).unref();
    void making.made.then(() => {
      clearTimeout(timer);
      // With a next one, the request that waits to make it takes its place.
      if (!this.#next.has(key)) this.#current.delete(key);
    });
    return { end: making.end };
  }
}

function newMaking<Answer>(): Making<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>();
  return { made: promise, end: resolve };
}
