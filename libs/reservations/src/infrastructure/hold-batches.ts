/** Holds of the same instant share a transaction, however many they are (docs/decisions/0014). */
import { Batches, type ItemOutcome, RepeatableError, TRY_AGAIN } from '@app/platform/concurrency/batches.js';
import type { Database } from '@app/platform/persistence/database.js';
import { IdempotencyKeyReused, storeAnswers, storedAnswers } from '@app/platform/persistence/idempotency.js';
import type { Outbox } from '@app/platform/persistence/outbox.js';
import { brokenConstraint, isDatabaseAway, isLockTimeout } from '@app/platform/persistence/database-errors.js';
import type { RequestOrigin, Transactions } from '@app/platform/persistence/transactions.js';
import { BookingCodeTaken, SeatsTaken } from '../domain/errors.js';
import type { Reservation } from '../domain/reservation.js';
import type { HoldDecision, HoldRequest } from '../domain/reservations.js';
import { bySeatLabel } from '../domain/seating.js';
import type { HoldSituation } from '../domain/situations.js';
import { insertHolds, removeHolds } from './hold-rows.js';
import { readHoldSituations } from './hold-situation.js';
import { lockForHolds, lockedShowtimes } from './showtime-locks.js';

/** A larger batch gains little, and its locks are held longer. */
const BATCH_SIZE = 64;
/** While one batch waits for PostgreSQL, the next is decided and sent. */
const MAX_CONCURRENT_BATCHES = 2;
/** As many requests as may wait for admission: when sales of a popular showtime open, they wait here without a connection. */
const MAX_WAITING_HOLDS = 4_000;
const MAX_WAIT_MS = 8_000;
/** Longer than a wait for a connection or a lock, and short enough for an answer within 5 s. */
const MAX_REPEAT_MS = 3_000;
/** For a hold that has waited for a lock before, in its batch: others wait behind it. */
const REPEATED_LOCK_WAIT_MS = 50;

export interface HoldAttempt {
  readonly request: HoldRequest;
  readonly decision: HoldDecision<unknown>;
  readonly origin: RequestOrigin;
}

type Outcome = ItemOutcome<unknown>;

const seatKey = (showtimeId: string, label: string): string => `${showtimeId} ${label}`;

export class HoldBatches {
  readonly #batches = new Batches<HoldAttempt, unknown>({
    work: (attempts, previousError) => this.holdAll(attempts, previousError),
    maxItems: BATCH_SIZE,
    maxConcurrent: MAX_CONCURRENT_BATCHES,
    keysOf: ({ request }) => [request.customerId],
    sharedKeysOf: ({ request: { showtimeId, seats } }) => seats.map((label) => seatKey(showtimeId, label)),
    // With a key the client can ask again for the answer.
    isDroppedWithClient: ({ origin }) => origin.idempotent === null,
    maxRepeatMs: MAX_REPEAT_MS,
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
  async holdAll(attempts: readonly HoldAttempt[], previousError?: unknown): Promise<readonly Outcome[]> {
    const requests = attempts.map(({ request }) => request);
    const lockWait = isLockTimeout(previousError) ? { maxWaitMs: REPEATED_LOCK_WAIT_MS } : {};
    let step = 'lock' as 'lock' | 'hold' | 'commit';
    try {
      return await this.transactions.run(async () => {
        await lockForHolds(this.database, requests, lockWait);
        step = 'hold';
        const outcomes = await this.holdLocked(attempts);
        step = 'commit';
        return outcomes;
      });
    } catch (error) {
      // Until then COMMIT was not sent, so that nothing can have happened. After it the answer may be what was lost.
      if (step === 'commit') throw error;
      if (step === 'lock' && isLockTimeout(error)) {
        const locked = await this.transactions.run(() => lockedShowtimes(this.database, requests));
        // Their holds have waited long enough. The others were in the same batch by chance.
        if (locked.size > 0) return requests.map(({ showtimeId }) => (locked.has(showtimeId) ? refused(error) : TRY_AGAIN));
      }
      throw new RepeatableError(error, isDatabaseAway(error) ? 'whole' : 'one-by-one');
    }
  }

  private async holdLocked(attempts: readonly HoldAttempt[]): Promise<readonly Outcome[]> {
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
  }

  /** Attempts whose request was not answered before, decided one after another: each sees as taken what those before it have. */
  private async holdUnanswered(attempts: readonly HoldAttempt[]): Promise<Map<HoldAttempt, Outcome>> {
    const outcomes = new Map<HoldAttempt, Outcome>();
    const situations = await readHoldSituations(
      this.database,
      attempts.map(({ request }) => request),
    );
    const decided: { attempt: HoldAttempt; reservation: Reservation; answer: unknown }[] = [];
    const owners = new Map<string, Reservation>();
    const refusals: { attempt: HoldAttempt; inTheWay: readonly Reservation[] }[] = [];
    attempts.forEach((attempt, i) => {
      const { request, decision } = attempt;
      const taken = request.seats.filter((label) => owners.has(seatKey(request.showtimeId, label)));
      try {
        const reservation = decision.decide(withTaken(situations[i]!, taken));
        decided.push({ attempt, reservation, answer: decision.answer(reservation) });
        for (const label of reservation.labels) owners.set(seatKey(request.showtimeId, label), reservation);
      } catch (error) {
        outcomes.set(attempt, refused(error));
        refusals.push({ attempt, inTheWay: taken.map((label) => owners.get(seatKey(request.showtimeId, label))!) });
      }
    });
    const lost = await this.store(decided.map(({ reservation }) => reservation));
    const held = decided.filter(({ reservation }) => !lost.has(reservation.id));
    for (const { attempt, reservation } of decided) {
      const labels = lost.get(reservation.id);
      if (labels !== undefined) outcomes.set(attempt, refused(new SeatsTaken({ labels, blockedByExpiredHold: false })));
    }
    // What was in the way is not there: nobody may have the seat.
    for (const { attempt, inTheWay } of refusals) if (inTheWay.some(({ id }) => lost.has(id))) outcomes.set(attempt, TRY_AGAIN);
    await this.outbox.appendOf(held.map(({ attempt: { origin }, reservation }) => ({ aggregate: reservation, ...origin })));
    for (const { attempt, answer } of held) outcomes.set(attempt, fulfilled(answer));
    await storeAnswers(
      this.database,
      held.flatMap(({ attempt: { origin }, answer }) => (origin.idempotent === null ? [] : [{ request: origin.idempotent, answer }])),
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

/** As the situation would be if these seats had been taken before. */
function withTaken(situation: HoldSituation, taken: readonly string[]): HoldSituation {
  if (taken.length === 0) return situation;
  const { labels, blockedByExpiredHold } = situation.seatsTaken;
  return { ...situation, seatsTaken: { labels: [...new Set([...labels, ...taken])].sort(bySeatLabel), blockedByExpiredHold } };
}

function fulfilled(value: unknown): Outcome {
  return { status: 'fulfilled', value };
}

function refused(reason: unknown): Outcome {
  return { status: 'rejected', reason };
}
