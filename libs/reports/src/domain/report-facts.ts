/**
 * What the reports are made of: facts of other contexts, kept by id. Events arrive in any order and more than once: a fact with a higher
 * sequence of its aggregate replaces one with a lower sequence, and a repetition changes nothing. The facts are joined when a report is read.
 */
import { createHash } from 'node:crypto';

interface Fact {
  /** The number of the event in its aggregate. */
  readonly sequence: number;
}

export interface MovieFact extends Fact {
  readonly movieId: string;
  readonly title: string;
}

export interface TheatreFact extends Fact {
  readonly theatreId: string;
  readonly name: string;
  /** IANA zone. */
  readonly timeZone: string;
}

export interface ShowtimeFact extends Fact {
  readonly showtimeId: string;
  readonly movieId: string;
  readonly theatreId: string;
  readonly roomId: string;
  /** Seats of the room. */
  readonly capacity: number;
  /** ISO instant. */
  readonly startsAt: string;
}

export interface ReservationFact extends Fact {
  readonly reservationId: string;
  readonly showtimeId: string;
  /** Seats that are sold: 0 once the reservation has ended without its showtime. */
  readonly seatsSold: number;
}

/** Money that arrived (a positive amount), was returned or was lost (a negative one): 0 where it was not returned, or not lost after all. */
export interface MoneyMovement extends Fact {
  /** Of the refund, of what the staff paid out of it, of the dispute, or of the event with which the money arrived: it counts once. */
  readonly id: string;
  readonly paymentId: string;
  readonly reservationId: string;
  /** Minor units of the currency as Stripe counts them. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly at: Date;
  /** The bank of the cardholder took it for good. */
  readonly lostInDispute?: boolean;
}

/** The id under which the money of a dispute counts. Stripe's own id is no UUID. */
export function idOfDispute(disputeId: string): string {
  return idMadeOf(`dispute:${disputeId}`);
}

/** The id under which counts what the staff paid out of a refund. */
export function idOfPayOut(refundId: string): string {
  return idMadeOf(`pay-out:${refundId}`);
}

function idMadeOf(name: string): string {
  const hash = createHash('md5').update(name).digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20)].join('-');
}

export abstract class ReportFacts {
  abstract saveMovie(movie: MovieFact): Promise<void>;
  abstract saveTheatre(theatre: TheatreFact): Promise<void>;
  abstract saveShowtime(showtime: ShowtimeFact): Promise<void>;
  /** Is kept whether the facts of the showtime came before or come later. */
  abstract markShowtimeCancelled(showtimeId: string): Promise<void>;
  abstract saveReservation(reservation: ReservationFact): Promise<void>;
  abstract saveMoney(movement: MoneyMovement): Promise<void>;
}
