import { Conflict, Gone, Invalid, NotFound } from '@app/kernel/domain-error.js';

const named = (labels: readonly string[]): string => (labels.length === 1 ? `Seat ${labels[0]}` : `Seats ${labels.join(', ')}`);

export class ReservationNotFound extends NotFound {
  constructor() {
    super('reservations.not-found', 'There is no such reservation.');
  }
}

export class NoCancellationRun extends NotFound {
  constructor() {
    super('reservations.no-cancellation-run', 'This showtime was neither cancelled nor moved.');
  }
}

export class ShowtimeNotFound extends NotFound {
  constructor() {
    super('reservations.showtime-not-found', 'There is no such showtime.');
  }
}

export class SeatsTaken extends Conflict {
  constructor(
    labels: readonly string[],
    /** One of them belongs to a hold past its time: sweeping may free it. */
    readonly blockedByExpiredHold: boolean = false,
  ) {
    super('reservations.seats-taken', `${named(labels)} ${labels.length === 1 ? 'is' : 'are'} taken.`, { conflictingSeats: labels });
  }
}

/** The showtime's terms changed while the hold was on its way; asking again gives the new ones. */
export class SeatingOutdated extends Conflict {
  constructor() {
    super('reservations.seating-outdated', 'The showtime has just changed. Look at it again.');
  }
}

export class BookingCodeTaken extends Conflict {
  constructor() {
    super('reservations.booking-code-taken', 'Please try again.');
  }
}

export class NoSuchSeat extends Invalid {
  constructor(labels: readonly string[]) {
    super('reservations.no-such-seat', `${named(labels)} ${labels.length === 1 ? 'does' : 'do'} not exist in this room.`, {
      unknownSeats: labels,
    });
  }
}

export class TooManySeats extends Invalid {
  constructor(most: number) {
    super('reservations.too-many-seats', `A reservation can have at most ${most} seats.`);
  }
}

/** A limit per customer and showtime. */
export abstract class LimitReached extends Invalid {
  constructor(
    code: string,
    message: string,
    /** The customer has holds past their time: sweeping them may make room. */
    readonly blockedByExpiredHold: boolean,
  ) {
    super(code, message);
  }
}

export class TooManyHolds extends LimitReached {
  constructor(most: number, someAreDue: boolean) {
    super('reservations.too-many-holds', `You can have at most ${most} holds for one showtime.`, someAreDue);
  }
}

export class TooManySeatsForShowtime extends LimitReached {
  constructor(most: number, someAreDue: boolean) {
    super('reservations.too-many-seats-for-showtime', `You can have at most ${most} seats for one showtime.`, someAreDue);
  }
}

export class ShowtimeStarted extends Invalid {
  constructor() {
    super('reservations.showtime-started', 'The show has begun.');
  }
}

export class ShowtimeCancelled extends Invalid {
  constructor() {
    super('reservations.showtime-cancelled', 'The showtime is cancelled.');
  }
}

export class NotOnSale extends Invalid {
  constructor(salesOpenAt: string) {
    super('reservations.not-on-sale', `Sales open at ${salesOpenAt}.`, { salesOpenAt });
  }
}

export class TooLateToCancel extends Invalid {
  constructor() {
    super('reservations.too-late-to-cancel', 'The show has begun; the reservation cannot be cancelled any more.');
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
    super('reservations.already-extended', 'A hold can be extended once, and not past the start of the show.');
  }
}

export class AlreadyCompleted extends Conflict {
  constructor() {
    super('reservations.already-completed', 'The show is over; the reservation is completed.');
  }
}
