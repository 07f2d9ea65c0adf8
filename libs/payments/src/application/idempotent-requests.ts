import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { type JobName, Jobs } from '@app/platform/jobs/jobs.js';
import { BalanceTooLow, CardRefused, IdempotencyKeySpent, OutcomeUnknown, ServerFailure } from '../domain/card-payments.js';

/** Stripe forgets a key after 24 hours (docs.stripe.com/api/idempotent_requests); an hour before, we stop relying on it. */
const KEY_LIFE_MS = 23 * HOUR_MS;

/**
 * How old a key must be until a failure that does not say whether it is a repetition is taken for one: longer than Stripe works on a request, or as
 * long as a customer is asked to wait.
 */
const FAILURE_KEEPS_KEY_MS = { harmful: 120_000, harmless: 5_000 };

/** Keys that one run of a job tries. Two are used where another process uses one at the same moment. */
const MAX_NEW_KEYS = 3;

interface IdempotentRequest<T> {
  /** Asks Stripe to make the object. The key ends in this number. */
  readonly send: (keyAttempt: number) => Promise<T>;
  /** Looks for the object by its metadata. */
  readonly find: () => Promise<T | null>;
  /** Whether a second object would do harm. Then a failure keeps its key for longer, and the object is looked for before a request is repeated. */
  readonly isHarmfulTwice: boolean;
  /** When the object was asked for. After a restore its key begins anew, and Stripe may have forgotten that it was used. */
  readonly askedAt: Date;
}

/** Has Stripe make one object for one job, however often it is asked. */
@Injectable()
export class IdempotentRequests {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Uses the same key as long as Stripe accepts it. Then it looks for the object, and uses the next key only where there is none. Throws
   * `OutcomeUnknown` where Stripe repeats its failure under new keys too: the next run of the job goes on.
   */
  make<T>(job: JobName, request: IdempotentRequest<T>): Promise<T> {
    return this.makeWithKeys(job, request, MAX_NEW_KEYS);
  }

  private async makeWithKeys<T>(job: JobName, request: IdempotentRequest<T>, newKeysLeft: number): Promise<T> {
    const { attempt, ageMs } = await this.jobs.key(job);
    const keepsKeyMs = FAILURE_KEEPS_KEY_MS[request.isHarmfulTwice ? 'harmful' : 'harmless'];
    // A key that was used may not be kept, and the SDK and networks repeat requests too.
    const mayBeMade = ageMs > 0 || this.clock.now().getTime() - request.askedAt.getTime() > KEY_LIFE_MS;
    const madeBefore = request.isHarmfulTwice && mayBeMade ? await request.find() : null;
    if (madeBefore !== null) return madeBefore;
    try {
      if (ageMs > KEY_LIFE_MS) throw new IdempotencyKeySpent('Stripe may have forgotten the key');
      return await request.send(attempt);
    } catch (error) {
      const isSpent = error instanceof IdempotencyKeySpent || (error instanceof ServerFailure && ageMs >= keepsKeyMs);
      if (!isSpent && !(error instanceof CardRefused)) throw error;
      const made = await request.find();
      if (made !== null) return made;
      // Under the same key Stripe would repeat the refusal, also when the balance has risen.
      if (error instanceof BalanceTooLow) await this.jobs.nextKey(job, attempt);
      if (error instanceof CardRefused) throw error;
      await this.jobs.nextKey(job, attempt);
      if (newKeysLeft === 0) throw new OutcomeUnknown('Stripe repeats failures of keys that are new', { cause: error });
      return this.makeWithKeys(job, request, newKeysLeft - 1);
    }
  }
}
