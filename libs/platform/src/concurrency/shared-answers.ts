/** Requests that ask the same while an answer is being made share the next answer, so that no answer is older than its question. */

/**
 * What became of an answer that was being made: itself; `failed`: another request makes it, once; `overloaded`: those who wait would fail as well;
 * `given-up`: the client of the one who made it has gone, and another request makes it; `not-shared`: each makes its own.
 */
export type AnswerOutcome<Answer> = { readonly answer: Answer } | 'failed' | 'overloaded' | 'given-up' | 'not-shared';

/** Either the answer that another request made, or `overloaded`, or `end`: then this request makes the answer and calls `end` with what became of it. */
export type AskResult<Answer> = { readonly answer: Answer } | 'overloaded' | { readonly end: (outcome: AnswerOutcome<Answer>) => void };

interface SharedAnswersOptions<Request> {
  /** Whether it may have read something of its answer. Until then others may join it. */
  readonly hasBegun: (request: Request) => boolean;
  readonly isClientGone: (request: Request) => boolean;
  /** A request that waited so long asks no other time. */
  readonly maxWaitMs: number;
}

interface PendingAnswer<Answer, Request> {
  readonly maker: Request;
  /** A second failure in a row is no accident. */
  followsFailure: boolean;
  timer: NodeJS.Timeout | undefined;
  readonly made: Promise<AnswerOutcome<Answer>>;
  readonly resolve: (outcome: AnswerOutcome<Answer>) => void;
}

/** Longer than a request may wait for a slot and then for the database: the one who makes an answer has ended before. */
const MAX_PENDING_MS = 15_000;

export class SharedAnswers<Answer, Request> {
  readonly #current = new Map<string, PendingAnswer<Answer, Request>>();
  /** Becomes the current one when that ends. */
  readonly #next = new Map<string, PendingAnswer<Answer, Request>>();

  constructor(private readonly options: SharedAnswersOptions<Request>) {}

  /** `since`: when the request asked, by `performance.now()`. */
  async ask(key: string, request: Request, since: number): Promise<AskResult<Answer>> {
    let previous: 'failed' | 'given-up' | undefined;
    for (;;) {
      const current = this.#current.get(key);
      if (current === undefined) {
        const pending = newPendingAnswer<Answer, Request>(request);
        pending.followsFailure = previous === 'failed';
        this.#current.set(key, pending);
        return this.begin(key, pending);
      }
      const joined = this.options.hasBegun(current.maker) ? this.#next.get(key) : current;
      if (joined === undefined) return this.follow(key, current, request);
      const outcome = await (previous === undefined ? joined.made : this.madeInTime(joined, since));
      if (outcome === 'not-shared') return { end: () => undefined };
      if (outcome !== 'failed' && outcome !== 'given-up') return outcome;
      if (this.options.isClientGone(request)) return 'overloaded';
      previous = outcome;
    }
  }

  /** Makes the answer after the current one. */
  private async follow(key: string, current: PendingAnswer<Answer, Request>, request: Request): Promise<AskResult<Answer>> {
    const next = newPendingAnswer<Answer, Request>(request);
    this.#next.set(key, next);
    await current.made;
    if (this.#current.get(key) !== next) return 'overloaded';
    if (!this.options.isClientGone(request)) return this.begin(key, next);
    this.end(key, next, 'given-up');
    return 'overloaded';
  }

  private begin(key: string, pending: PendingAnswer<Answer, Request>): AskResult<Answer> {
    // Nobody asks for it at once: those who waited for it would all come together.
    pending.timer = setTimeout(() => this.end(key, pending, 'overloaded'), MAX_PENDING_MS).unref();
    return { end: (outcome) => this.end(key, pending, outcome) };
  }

  private end(key: string, pending: PendingAnswer<Answer, Request>, outcome: AnswerOutcome<Answer>): void {
    clearTimeout(pending.timer);
    if (this.#current.get(key) !== pending) return;
    const isOverloaded = outcome === 'overloaded' || (outcome === 'failed' && pending.followsFailure);
    const next = this.#next.get(key);
    this.#next.delete(key);
    if (next === undefined || isOverloaded) this.#current.delete(key);
    else {
      next.followsFailure = outcome === 'failed';
      this.#current.set(key, next);
    }
    pending.resolve(isOverloaded ? 'overloaded' : outcome);
    if (isOverloaded) next?.resolve('overloaded');
  }

  /** For a request that waited for another answer before. */
  private async madeInTime({ made }: PendingAnswer<Answer, Request>, since: number): Promise<AnswerOutcome<Answer>> {
    const { promise, resolve } = Promise.withResolvers<AnswerOutcome<Answer>>();
    const timer = setTimeout(() => resolve('overloaded'), since + this.options.maxWaitMs - performance.now());
    void made.then(resolve);
    return promise.finally(() => clearTimeout(timer));
  }
}

function newPendingAnswer<Answer, Request>(maker: Request): PendingAnswer<Answer, Request> {
  const { promise, resolve } = Promise.withResolvers<AnswerOutcome<Answer>>();
  return { maker, followsFailure: false, timer: undefined, made: promise, resolve };
}
