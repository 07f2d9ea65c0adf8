/** Holds of the same instant share a transaction of four to six statements, however many they are (docs/decisions/0014). */
import { Batches } from '@app/platform/concurrency/batches.js';
import type { Database } from '@app/platform/persistence/database.js';
import { IdempotencyKeyReused, storeAnswers, storedAnswers } from '@app/platform/persistence/idempotency.js';
import type { Outbox } from '@app/platform/persistence/outbox.js';
import { brokenConstraint, isDatabaseAway, isLockTimeout } from '@app/platform/persistence/database-errors.js';
import type { RequestOrigin, Transactions } from '@app/platform/persistence/transactions.js';
import { BookingCodeTaken, SeatsTaken } from '../domain/errors.js';
import type { Reservation } from '../domain/reservation.js';
import type { HoldDecision, HoldRequest } from '../domain/reservations.js';
import { insertHolds, removeHolds } from './hold-rows.js';
import { readHoldSituations } from './hold-situation.js';
import { lockForHolds } from './showtime-locks.js';

/** A larger batch gains little, and its locks are held longer. */
const BATCH_SIZE = 64;
/** While one batch waits for PostgreSQL, the next is decided and sent. */
const MAX_CONCURRENT_BATCHES = 2;
/** As many requests as may wait for admission: when sales of a popular showtime open, they wait here without a connection. */
const MAX_WAITING_HOLDS = 4_000;
const MAX_WAIT_MS = 8_000;

export interface HoldAttempt {
  readonly request: HoldRequest;
  readonly decision: HoldDecision<unknown>;
  readonly origin: RequestOrigin;
}

type Outcome = PromiseSettledResult<unknown>;

export class HoldBatches {
  readonly #batches = new Batches<HoldAttempt, unknown>({
    work: (attempts) => this.holdAll(attempts),
    maxItems: BATCH_SIZE,
    maxConcurrent: MAX_CONCURRENT_BATCHES,
    keysOf: ({ request: { customerId, showtimeId, seats } }) => [...new Set([customerId, ...seats.map((seat) => `${showtimeId} ${seat}`)])],
    isOfOneItem: (error) => !isDatabaseAway(error),
    // A showtime that is locked for long must not keep the holds of others waiting, one time-out after another.
    groups: { of: ({ request: { showtimeId } }) => showtimeId, isOfGroup: isLockTimeout },
    maxWaiting: MAX_WAITING_HOLDS,
    maxWaitMs: MAX_WAIT_MS,
  });

  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  run(attempt: HoldAttempt): Promise<unknown> {
    return this.#batches.run(attempt);
  }

  /** One transaction. Each attempt is all or nothing: one that is refused takes no other with it. */
  async holdAll(attempts: readonly HoldAttempt[]): Promise<readonly Outcome[]> {
    return this.transactions.run(async () => {
      await lockForHolds(
        this.database,
        attempts.map(({ request }) => request),
      );
      const stored = await storedAnswers(
        this.database,
        attempts.map(({ origin }) => origin.idempotent),
      );
      const outcomes = new Map<HoldAttempt, Outcome>();
      const unanswered: HoldAttempt[] = [];
      attempts.forEach((attempt, i) => {
        const answer = stored[i]!;
        if (answer === null) unanswered.push(attempt);
        else outcomes.set(attempt, answer instanceof IdempotencyKeyReused ? refused(answer) : fulfilled(answer.answer));
      });
      for (const [attempt, outcome] of await this.holdUnanswered(unanswered)) outcomes.set(attempt, outcome);
      return attempts.map((attempt) => outcomes.get(attempt)!);
    });
  }

  /** Attempts whose request was not answered before. */
  private async holdUnanswered(attempts: readonly HoldAttempt[]): Promise<Map<HoldAttempt, Outcome>> {
    const outcomes = new Map<HoldAttempt, Outcome>();
    const situations = await readHoldSituations(
      this.database,
      attempts.map(({ request }) => request),
    );
    const decided: { attempt: HoldAttempt; reservation: Reservation }[] = [];
    attempts.forEach((attempt, i) => {
      try {
        decided.push({ attempt, reservation: attempt.decision.decide(situations[i]!) });
      } catch (error) {
        outcomes.set(attempt, refused(error));
      }
    });
    const lost = await this.store(decided.map(({ reservation }) => reservation));
    const held = decided.filter(({ reservation }) => !lost.has(reservation.id));
    for (const { attempt, reservation } of decided) {
      const labels = lost.get(reservation.id);
      if (labels !== undefined) outcomes.set(attempt, refused(new SeatsTaken({ labels, blockedByExpiredHold: false })));
    }
    await this.outbox.appendOf(held.map(({ attempt: { origin }, reservation }) => ({ aggregate: reservation, ...origin })));
    const answered = held.map(({ attempt, reservation }) => ({ attempt, answer: attempt.decision.answer(reservation) }));
    for (const { attempt, answer } of answered) outcomes.set(attempt, fulfilled(answer));
    await storeAnswers(
      this.database,
      answered.flatMap(({ attempt: { origin }, answer }) => (origin.idempotent === null ? [] : [{ request: origin.idempotent, answer }])),
    );
    return outcomes;
  }

  /** Returns the labels that others have by the id of the reservation that lost them: nothing of it stays. */
  private async store(reservations: readonly Reservation[]): Promise<Map<string, string[]>> {
    try {
      const lost = await insertHolds(this.database, reservations);
      await removeHolds(this.database, [...lost.keys()]);
      return lost;
    } catch (error) {
      if (brokenConstraint(error) === 'reservations_code_key') throw new BookingCodeTaken();
      throw error;
    }
  }
}

function fulfilled(value: unknown): Outcome {
  return { status: 'fulfilled', value };
}

function refused(reason: unknown): Outcome {
  return { status: 'rejected', reason };
}
