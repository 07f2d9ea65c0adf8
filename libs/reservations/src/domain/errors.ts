import { Conflict, Gone, Invalid, NotFound } from '@app/kernel/domain-error.js';
import type { MoneyJson } from '@app/kernel/money.js';

export class ReservationNotFound extends NotFound {
  constructor() {
    super('reservations.not-found', 'There is no such reservation.');
  }
}

/** Nobody may get a ticket for money that payments does not have. */
export class PaymentUnknown extends NotFound {
  constructor() {
    super('reservations.payment-unknown', 'There is no such payment whose money has arrived.');
  }
}

export class NoCancellationRun extends NotFound {
  /** `showtime`: whether it takes place as it was reserved. Without reservations to end or to refund a run never begins. */
  constructor({ showtime }: { showtime: 'unchanged' | 'cancelled' | 'moved' } = { showtime: 'unchanged' }) {
    super(
      'reservations.no-cancellation-run',
      showtime === 'unchanged'
        ? 'There is no cancellation run: this showtime was neither cancelled nor moved.'
        : `This showtime was ${showtime}. Its cancellation run has not begun: it begins within minutes where there are reservations to end or to refund.`,
    );
  }
}

export class ShowtimeNotFound extends NotFound {
  constructor() {
    super('reservations.showtime-not-found', 'There is no such showtime.');
  }
}

/** `blockedByExpiredHold`: a hold whose time has ended is in the way, so that expiring it may let a repetition pass. */
interface BlockedByExpiredHold {
  readonly blockedByExpiredHold: boolean;
}

export class SeatsTaken extends Conflict {
  readonly blockedByExpiredHold: boolean;

  constructor({ labels, blockedByExpiredHold }: { labels: readonly string[] } & BlockedByExpiredHold) {
    super('reservations.seats-taken', `${seats(labels)} ${labels.length === 1 ? 'is' : 'are'} taken.`, { conflictingSeats: labels });
    this.blockedByExpiredHold = blockedByExpiredHold;
  }
}

/** `mostTogether`: how many of the seats that are wanted can be had side by side. */
export class NoSeatsTogether extends Conflict {
  constructor(possible: { readonly requested: number; readonly mostTogether: number; readonly seatsLeft: number }) {
    const { requested, mostTogether } = possible;
    super('reservations.no-seats-together', `No ${requested} such seats are free side by side; the most are ${mostTogether}.`, possible);
  }
}

/** The terms of the showtime changed after the seating was read. A repetition reads the new ones. */
export class SeatingOutdated extends Conflict {
  constructor() {
    super('reservations.seating-outdated', 'The showtime has just changed, so that the seating is outdated. Load it again.');
  }
}

export class BookingCodeTaken extends Conflict {
  constructor() {
    super('reservations.booking-code-taken', 'The booking code is taken. Try again.');
  }
}

export class NoSuchSeat extends Invalid {
  constructor(labels: readonly string[]) {
    super('reservations.no-such-seat', `${seats(labels)} ${labels.length === 1 ? 'does' : 'do'} not exist in this room.`, {
      unknownSeats: labels,
    });
  }
}

export class TooManySeats extends Invalid {
  constructor(limit: number) {
    super('reservations.too-many-seats', `A reservation can have at most ${limit} seats.`);
  }
}

/** A limit of one customer. */
export abstract class LimitReached extends Invalid {
  readonly blockedByExpiredHold: boolean;

  constructor(code: string, message: string, { blockedByExpiredHold }: BlockedByExpiredHold) {
    super(code, message);
    this.blockedByExpiredHold = blockedByExpiredHold;
  }
}

export class TooManyHolds extends LimitReached {
  constructor({ limit, ...blocked }: { limit: number } & BlockedByExpiredHold) {
    super('reservations.too-many-holds', `You can have at most ${limit} holds for one showtime.`, blocked);
  }
}

/** For all showtimes together. */
export class TooManyHoldsInAll extends LimitReached {
  constructor({ limit, ...blocked }: { limit: number } & BlockedByExpiredHold) {
    super('reservations.too-many-holds-in-all', `You can have at most ${limit} holds at the same time.`, blocked);
  }
}

export class TooManySeatsForShowtime extends LimitReached {
  constructor({ limit, ...blocked }: { limit: number } & BlockedByExpiredHold) {
    super('reservations.too-many-seats-for-showtime', `You can have at most ${limit} seats for one showtime.`, blocked);
  }
}

/** Seats of one showtime were kept from others, one hold after the other. */
export class UnpaidHoldsTooLong extends Invalid {
  constructor(limitMs: number) {
    const limitMinutes = Math.round(limitMs / 60_000);
    super(
      'reservations.unpaid-holds-too-long',
      `You have held seats of this showtime for ${limitMinutes} minutes within 24 hours without paying. Try again later, or at the box office.`,
      { limitMinutes },
    );
  }
}

export class ShowtimeStarted extends Invalid {
  constructor() {
    super('reservations.showtime-started', 'The showtime has started.');
  }
}

export class ShowtimeCancelled extends Invalid {
  constructor() {
    super('reservations.showtime-cancelled', 'The showtime is cancelled.');
  }
}

export class ShowtimeMoved extends Invalid {
  constructor() {
    super('reservations.showtime-moved', 'The showtime was moved after the seats were held.');
  }
}

export class NotOnSale extends Invalid {
  constructor(salesOpenAt: string) {
    super('reservations.not-on-sale', `The showtime is not on sale before ${salesOpenAt}.`, { salesOpenAt });
  }
}

export class TooLateToCancel extends Invalid {
  constructor() {
    super('reservations.too-late-to-cancel', 'The showtime has started: it is too late to cancel.');
  }
}

/** What a cancellation would refund and keep now: more is kept than the caller agreed to. */
export class MoreWouldBeKept extends Conflict {
  constructor(quote: { readonly refund: MoneyJson; readonly kept: MoneyJson }) {
    super(
      'reservations.more-would-be-kept',
      'More of the payment would be kept than you agreed to. See what is refunded now, and decide again.',
      quote,
    );
  }
}

export class HoldExpired extends Gone {
  constructor() {
    super('reservations.hold-expired', 'The hold has expired.');
  }
}

export class NotHeld extends Conflict {
  constructor(status: string) {
    super('reservations.not-held', `The reservation is ${status}, not held.`);
  }
}

export class AlreadyExtended extends Conflict {
  constructor() {
    super('reservations.already-extended', 'A hold can be extended once, and not past the start of the showtime.');
  }
}

export class SeatsNotChangeable extends Conflict {
  constructor(status: string) {
    super('reservations.seats-not-changeable', `The reservation is ${status}: its seats cannot be changed any more.`);
  }
}

/** A change costs the same or less: the customer pays once. */
export class SeatsDearer extends Invalid {
  constructor(prices: { readonly currentTotal: MoneyJson; readonly newTotal: MoneyJson }) {
    super(
      'reservations.seats-dearer',
      'These seats cost more than the ones you have. Choose seats of the same price or cheaper ones.',
      prices,
    );
  }
}

/** `refundUntil`: ISO instant, of the refund policy at the purchase. Fewer or cheaper seats are a cancellation in part. */
export class ChangeNotRefundable extends Invalid {
  constructor(refundUntil: string) {
    super(
      'reservations.change-not-refundable',
      `These seats cost less, and nothing is refunded since ${refundUntil}. Choose seats of the same price.`,
      { refundUntil },
    );
  }
}

/** `admittedAt`: ISO instant. `admittedBy`: the user id of the member of staff who let the customer in. Customers do not read it. */
export class AlreadyAdmitted extends Conflict {
  constructor(admission: { readonly admittedAt: string; readonly admittedBy?: string }) {
    super('reservations.already-admitted', `The customer was admitted at ${admission.admittedAt}.`, admission);
  }
}

export class NotConfirmed extends Conflict {
  constructor(status: string) {
    super('reservations.not-confirmed', `The reservation is ${status}, not confirmed.`);
  }
}

export class CheckInNotOpen extends Invalid {
  constructor(opensAt: string) {
    super('reservations.check-in-not-open', `Customers of this showtime are admitted from ${opensAt} on.`, { opensAt });
  }
}

export class CheckInClosed extends Invalid {
  constructor(closedAt: string) {
    super('reservations.check-in-closed', `The showtime ended at ${closedAt}: nobody is admitted any more.`, { closedAt });
  }
}

export class ShowtimeNotOver extends Invalid {
  constructor(endsAt: string) {
    super('reservations.showtime-not-over', `The showtime ends at ${endsAt}. Who did not come is known after that.`, { endsAt });
  }
}

export class AlreadyCompleted extends Conflict {
  constructor() {
    super('reservations.already-completed', 'The reservation is completed: its showtime is over.');
  }
}

function seats(labels: readonly string[]): string {
  return labels.length === 1 ? `Seat ${labels[0]}` : `Seats ${labels.join(', ')}`;
}
