import type { PaymentOutcome, Reservation } from './reservation.js';

/** Which due holds a sweep is about; without any, all of them. */
export interface HoldFilter {
  readonly showtimeId: string;
  readonly seats?: readonly string[];
  readonly customerId?: string;
}

/** Storage of reservations and the claims on their seats. Each verb that writes is one transaction. */
export abstract class Reservations {
  /** Throws `SeatsTaken`, `SeatingOutdated`, `TooManyHolds`, `TooManySeatsForShowtime`. */
  abstract add(reservation: Reservation): Promise<void>;

  /** Throws `ReservationNotFound`. */
  abstract change<T>(id: string, decide: (reservation: Reservation) => T): Promise<T>;

  /** As `change`, for the owner only: not yours is not found. */
  abstract changeOwn<T>(customerId: string, id: string, decide: (reservation: Reservation) => T): Promise<T>;

  /**
   * Settles a payment once and for ever: an expired reservation tries its seats again first, all or none.
   * A payment settled before is nothing. Throws `ReservationNotFound`.
   */
  abstract settle(
    payment: { paymentId: string; reservationId: string },
    now: Date,
    decide: (reservation: Reservation, seatsBack: boolean) => PaymentOutcome,
  ): Promise<void>;

  /** Ids of holds past their time, those longest due first. */
  abstract dueHolds(now: Date, limit: number, filter?: HoldFilter): Promise<string[]>;

  /** Changes those of these reservations that nobody else is changing right now, in one transaction; answers how many changed. */
  abstract changeSkippingLocked(ids: readonly string[], decide: (reservation: Reservation) => void): Promise<number>;

  /** Ids of confirmed reservations whose show ended before `endedBefore`. */
  abstract endedButNotCompleted(endedBefore: Date, limit: number): Promise<string[]>;
}
