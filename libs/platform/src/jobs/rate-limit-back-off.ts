/** A lane of this process sends nothing for a while after the remote side asked for fewer requests; longer each time. */
import { backOffMs, type RetryPauses } from './back-off.js';

export class RateLimitBackOff {
  /** As `performance.now()` counts: a clock that is set back must not prolong it. */
  #untilMs = 0;
  #refusals = 0;

  constructor(private readonly pauses: RetryPauses) {}

  get isActive(): boolean {
    return performance.now() < this.#untilMs;
  }

  record({ rateLimited }: { rateLimited: boolean }): void {
    this.#refusals = rateLimited ? this.#refusals + 1 : 0;
    if (rateLimited) this.#untilMs = performance.now() + backOffMs(this.#refusals, this.pauses);
  }
}
