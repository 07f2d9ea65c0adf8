/** What reservations tells the others and answers them. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { SeatCategory } from './rooms.js';

export interface PricedSeat {
  readonly label: string;
  readonly category: SeatCategory;
  readonly price: MoneyJson;
}

/** Seats are a customer's until `heldUntil`; payment may begin. */
export class SeatsHeld extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  seats: readonly PricedSeat[];
  total: MoneyJson;
  heldUntil: string;
}> {
  static readonly type = 'reservations.seats-held.v1';
}

/** The customer took more time, once. */
export class HoldExtended extends DomainEvent<{ reservationId: string; heldUntil: string }> {
  static readonly type = 'reservations.hold-extended.v1';
}

/** Nobody paid in time; the seats are free again. */
export class HoldExpired extends DomainEvent<{ reservationId: string; showtimeId: string; customerId: string; seats: readonly string[] }> {
  static readonly type = 'reservations.hold-expired.v1';
}

/** The seats are the customer's. `late` when the money came after the hold's end and the seats were still free. */
export class ReservationConfirmed extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  paymentId: string;
  code: string;
  seats: readonly PricedSeat[];
  total: MoneyJson;
  late: boolean;
}> {
  static readonly type = 'reservations.reservation-confirmed.v1';
}

/** Who ended a reservation. */
export type CancelledBy = 'customer' | 'admin' | 'cinema';

/** The seats are free again. With a `paymentId`, `refundDue` goes back (0 where the policy keeps everything); without, nothing was paid. */
export class ReservationCancelled extends DomainEvent<{
  reservationId: string;
  showtimeId: string;
  customerId: string;
  seats: readonly string[];
  paymentId: string | null;
  refundDue: MoneyJson;
  by: CancelledBy;
  reason: string | null;
}> {
  static readonly type = 'reservations.reservation-cancelled.v1';
}

/** The showtime is over and the seats were used. */
export class ReservationCompleted extends DomainEvent<{ reservationId: string; showtimeId: string; customerId: string }> {
  static readonly type = 'reservations.reservation-completed.v1';
}

/** Money came for a reservation that had ended and could not be revived; all of it goes back. */
export class PaymentCameTooLate extends DomainEvent<{ reservationId: string; paymentId: string; amount: MoneyJson }> {
  static readonly type = 'reservations.payment-came-too-late.v1';
}

/** Money came for a reservation that another payment had paid; all of it goes back. */
export class SurplusPaymentReceived extends DomainEvent<{ reservationId: string; paymentId: string; amount: MoneyJson }> {
  static readonly type = 'reservations.surplus-payment-received.v1';
}

export interface PayableReservationView {
  readonly id: string;
  readonly customerId: string;
  readonly status: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'completed';
  readonly code: string;
  readonly total: MoneyJson;
  /** ISO instant. */
  readonly heldUntil: string;
  /** The hold is past its time by the clock, swept or not. */
  readonly due: boolean;
}

/** What must be known to charge for a reservation; null when there is none or it is another customer's. */
export class PayableReservation extends Query<PayableReservationView | null> {
  constructor(
    readonly reservationId: string,
    readonly customerId: string,
  ) {
    super();
  }
}

/** Which of these reservations have ended (expired, cancelled or completed) or were confirmed: they are no longer to be paid. */
export class ReservationsNotPayable extends Query<string[]> {
  constructor(readonly reservationIds: readonly string[]) {
    super();
  }
}

/** Seats held or sold per showtime; a showtime without any is left out. */
export class SeatsTakenOf extends Query<{ showtimeId: string; taken: number }[]> {
  constructor(readonly showtimeIds: readonly string[]) {
    super();
  }
}
