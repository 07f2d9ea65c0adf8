import type { PaymentOutcome, ReceivedPayment } from './payment-outcome.js';
import type { Reservation } from './reservation.js';
import type { RecordedDispute } from './reservation-state.js';
import type { SalesStatus } from './sales-status.js';
import type { ChangeSituation, HoldSituation, SettlementSituation } from './situations.js';

export interface HoldRequest {
  readonly showtimeId: string;
  readonly customerId: string;
  readonly seats: readonly string[];
  readonly now: Date;
  /** Holds that ended without a payment count from then on. Left out: none does. */
  readonly unpaidHoldsAfter?: Date;
}

/** What a hold does once its situation is known. */
export interface HoldDecision<Answer> {
  /** Throws what refuses the hold. */
  readonly decide: (situation: HoldSituation) => Reservation;
  /** What the request gets, and gets again with the same `Idempotency-Key`: plain JSON. */
  readonly answer: (reservation: Reservation) => Answer;
}

/** With a `customerId`, the reservation of another customer is not found. */
export interface ReservationKey {
  readonly id: string;
  readonly customerId?: string;
}

/** `showtimeId` is that of the reservation, which never changes. */
export interface SeatChangeRequest extends HoldRequest {
  readonly id: string;
}

/** Narrows due holds to a showtime, to seats of it, or to a customer. */
export interface HoldFilter {
  readonly showtimeId?: string;
  readonly seats?: readonly string[];
  readonly customerId?: string;
}

export interface ShowtimeEnd {
  readonly showtimeId: string;
  readonly endsAt: Date;
}

export interface DisputeOfReservation {
  readonly reservationId: string;
  readonly disputeId: string;
  readonly outcome: RecordedDispute['outcome'];
}

export interface ReconciledSeats {
  readonly claimed: readonly string[];
  readonly freed: readonly string[];
}

/**
 * Stores reservations and the claims on their seats. Each method that writes is one transaction: it takes the locks, reads the situation,
 * lets the aggregate decide, and stores the result. The seats of an ended reservation become free, except those of a completed one.
 */
export abstract class Reservations {
  /**
   * A transaction of its own, which it may share with other holds: each is all or nothing. A request with an `Idempotency-Key` that was answered
   * before gets that answer, without a decision. Throws what `decide` throws, `SeatsTaken` or `BookingCodeTaken` where a constraint refuses, and
   * what `Transactions.idempotently` throws.
   */
  abstract hold<Answer>(request: HoldRequest, decision: HoldDecision<Answer>): Promise<Answer>;

  /** Throws `ReservationNotFound`. */
  abstract change<T>(key: ReservationKey, decide: (reservation: Reservation, situation: ChangeSituation) => T): Promise<T>;

  /**
   * Claims the seats that are new, then frees those that are not wanted any more. Throws `ReservationNotFound`, also for another customer, what
   * `decide` throws, and `SeatsTaken`.
   */
  abstract changeSeats(request: SeatChangeRequest, decide: (reservation: Reservation, situation: HoldSituation) => void): Promise<void>;

  /**
   * Changes the tickets of a showtime whose customers were neither let in nor marked as no-shows, in one transaction; waits for those that are
   * locked. Returns how many changed.
   */
  abstract changeNotAdmitted(showtimeId: string, decide: (reservation: Reservation, situation: ChangeSituation) => void): Promise<number>;

  /** Changes those that no other transaction has locked, in one transaction. Returns how many changed. */
  abstract changeSkippingLocked(
    ids: readonly string[],
    decide: (reservation: Reservation, situation: ChangeSituation) => void,
  ): Promise<number>;

  /**
   * Decides a payment once: one that has an outcome keeps it. Returns whether it was decided now. An expired reservation that can be revived gets its seats first, all or none.
   * The situation counts `currentSalesStatus`, which showtimes answered before, together with the stored sales status.
   * Throws `ReservationNotFound`.
   */
  abstract settle(
    payment: ReceivedPayment & { readonly currentSalesStatus: SalesStatus; readonly at: Date },
    decide: (reservation: Reservation, situation: SettlementSituation) => PaymentOutcome,
  ): Promise<boolean>;

  /** The id of the reservation with this booking code, as it is stored. Throws `ReservationNotFound`. */
  abstract idOfCode(code: string): Promise<string>;

  /** Locks nothing: for a question, not for a change. Throws `ReservationNotFound`. */
  abstract read(key: ReservationKey): Promise<{ reservation: Reservation; situation: ChangeSituation }>;

  /** As `read`; until the transaction ends, nobody changes the reservation, nor the sales status of its showtime. Throws `ReservationNotFound`. */
  abstract readLocked(key: ReservationKey): ReturnType<Reservations['read']>;

  /** Ids of what a customer holds, in the order of the locks of their showtimes. */
  abstract holdsOf(customerId: string): Promise<string[]>;

  /** Ids of held reservations of these customers, and of confirmed ones whose showtime has not started, in the order of the locks. */
  abstract liveOf(query: { customerIds: readonly string[]; now: Date }): Promise<string[]>;

  /**
   * Ids of holds whose time has ended, the longest ended first. With `candidateCount`, a random choice of the `candidateCount` that ended longest ago, so that
   * workers which ask at the same moment rarely choose the same ones.
   */
  abstract dueHolds(query: { now: Date; limit: number; candidateCount?: number; filter?: HoldFilter }): Promise<string[]>;

  /** Confirmed reservations whose showtime ended by `endedBy`, the longest ended first; `candidateCount` as for due holds. */
  abstract endedButNotCompleted(query: {
    endedBy: Date;
    limit: number;
    candidateCount?: number;
  }): Promise<{ id: string; showtimeId: string }[]>;

  /** Of these disputes, those that their reservation does not have, or has with another outcome. Locks nothing. */
  abstract withoutDispute<Dispute extends DisputeOfReservation>(disputes: readonly Dispute[]): Promise<Dispute[]>;

  /** Of these ends, those that a live reservation of their showtime does not have. Locks nothing. */
  abstract differingEnds(ends: readonly ShowtimeEnd[]): Promise<ShowtimeEnd[]>;

  /** The showtime ends at another time than when it was reserved. Reservations that have ended keep what they were made with. */
  abstract correctEnd(end: ShowtimeEnd): Promise<void>;

  /** Claims the seats that the reservation must own and does not, and frees those that it must not own. Throws `ReservationNotFound`, `SeatsTaken`. */
  abstract reconcileSeats(id: string): Promise<ReconciledSeats>;
}
