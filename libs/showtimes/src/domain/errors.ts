import type { SeatCategory } from '@app/contracts/rooms.js';
import { Conflict, Invalid, NotFound } from '@app/kernel/domain-error.js';
import type { ScheduleFault } from './schedule-file.js';

export class ShowtimeNotFound extends NotFound {
  constructor() {
    super('showtimes.showtime-not-found', 'There is no such showtime.');
  }
}

export class MovieNotFound extends NotFound {
  constructor() {
    super('showtimes.movie-not-found', 'There is no such movie.');
  }
}

export class NoSuchMovie extends Invalid {
  constructor() {
    super('showtimes.no-such-movie', 'There is no movie of this id.', named('/movieId', 'is no movie'));
  }
}

export class NoSuchRoom extends Invalid {
  constructor() {
    super('showtimes.no-such-room', 'There is no room of this id.', named('/roomId', 'is no room'));
  }
}

export class MovieRetired extends Invalid {
  constructor() {
    super('showtimes.movie-retired', 'This movie is retired and cannot be scheduled.', named('/movieId', 'is retired'));
  }
}

export class RoomClosed extends Invalid {
  constructor() {
    super('showtimes.room-closed', 'This room is closed and nothing can be scheduled in it.', named('/roomId', 'is closed'));
  }
}

export class StartsInThePast extends Invalid {
  constructor() {
    super('showtimes.starts-in-the-past', 'A showtime must start in the future.', named('/startsAt', 'is not in the future'));
  }
}

export class StartsTooFarAhead extends Invalid {
  constructor(latest: Date) {
    const until = latest.toISOString();
    super('showtimes.starts-too-far-ahead', `Showtimes can be scheduled until ${until}.`, named('/startsAt', `is after ${until}`));
  }
}

export class SalesOpenTooLate extends Invalid {
  constructor() {
    super('showtimes.sales-open-too-late', 'Sales must open before the showtime starts.', named('/salesOpenAt', 'is not before the start'));
  }
}

export class PriceMissing extends Invalid {
  constructor(category: SeatCategory) {
    super('showtimes.price-missing', `The room has ${category} seats, and they have no price.`, {
      category,
      ...named(`/prices/${category}`, 'is required', 'required'),
    });
  }
}

interface PriceLimits {
  readonly currency: string;
  /** Minor units. A price is 0, or from `minimum` to `maximum` and a multiple of `multipleOf`. */
  readonly minimum: number;
  readonly maximum: number;
  readonly multipleOf: number;
}

export class PriceRefused extends Invalid {
  constructor(category: SeatCategory, limits: PriceLimits) {
    const { currency, minimum, maximum, multipleOf } = limits;
    const steps = multipleOf === 1 ? '' : ` in steps of ${multipleOf}`;
    super('showtimes.price-refused', `A price is 0, or from ${minimum} to ${maximum}${steps}, in minor units of ${currency}.`, {
      category,
      ...limits,
      ...named(`/prices/${category}`, 'cannot be charged'),
    });
  }
}

export interface ConflictingShowtime {
  readonly id: string;
  /** ISO instants. */
  readonly startsAt: string;
  readonly endsAt: string;
}

export class ShowtimesOverlap extends Conflict {
  constructor(conflictingShowtime: ConflictingShowtime) {
    super('showtimes.overlap', 'Another showtime overlaps in this room, its cleaning included.', { conflictingShowtime });
  }
}

export class SeatsTaken extends Conflict {
  constructor(seatsTaken: number) {
    super('showtimes.seats-taken', 'Seats of this showtime are taken, so it cannot be moved. Cancel it instead.', { seatsTaken });
  }
}

export class ChangedMeanwhile extends Conflict {
  constructor() {
    super('showtimes.changed-meanwhile', 'This showtime was changed by another request meanwhile. Read it and try again.');
  }
}

export class ShowtimeStarted extends Invalid {
  constructor() {
    super('showtimes.showtime-started', 'This showtime has started.');
  }
}

export class ShowtimeCancelled extends Invalid {
  constructor() {
    super('showtimes.showtime-cancelled', 'This showtime is cancelled.');
  }
}

/** More than anybody reads; an answer with the faults of every row could be megabytes. */
export const MAX_FAULTS_LISTED = 500;

/** The faults in the order of the file. */
export class ScheduleRefused extends Invalid {
  constructor(faults: readonly ScheduleFault[]) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    super('showtimes.schedule-refused', `Nothing was imported: the schedule has ${count}.`, {
      faultCount: faults.length,
      faults: faults.slice(0, MAX_FAULTS_LISTED),
    });
  }
}

/** The field of the request that is refused, in the form of the `errors` of a 400. */
function named(pointer: string, message: string, rule = 'allowed'): { errors: { pointer: string; rule: string; message: string }[] } {
  return { errors: [{ pointer, rule, message }] };
}
