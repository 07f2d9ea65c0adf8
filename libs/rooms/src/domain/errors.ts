import type { OverlappingShowtime } from '@app/contracts/showtimes.js';
import { Conflict, Invalid, NotFound } from '@app/kernel/domain-error.js';

export class TheatreNotFound extends NotFound {
  constructor() {
    super('rooms.theatre-not-found', 'There is no such theatre.');
  }
}

export class RoomNotFound extends NotFound {
  constructor() {
    super('rooms.room-not-found', 'There is no such room.');
  }
}

export class TheatreNameTaken extends Conflict {
  constructor() {
    super('rooms.theatre-name-taken', 'Another theatre has this name.');
  }
}

export class RoomNameTaken extends Conflict {
  constructor() {
    super('rooms.room-name-taken', 'Another room of this theatre has this name.');
  }
}

export class UnknownTimeZone extends Invalid {
  constructor(timeZone: string) {
    super(
      'rooms.unknown-time-zone',
      `"${timeZone}" is not a time zone of the IANA database that this system knows, such as Europe/Berlin.`,
    );
  }
}

export class CurrencyNotAccepted extends Invalid {
  constructor(currency: string) {
    super('rooms.currency-not-accepted', `Cards cannot be charged in "${currency}".`);
  }
}

/** The prices and the days of its showtimes depend on both. */
export class TheatreInUse extends Conflict {
  constructor() {
    super('rooms.theatre-in-use', 'This theatre is in use: showtimes were scheduled in it, so its time zone and currency are fixed.');
  }
}

export class RoomClosed extends Conflict {
  constructor() {
    super('rooms.room-closed', 'This room is closed.');
  }
}

export class ShowtimesAhead extends Conflict {
  constructor(showtimesAhead: number) {
    super(
      'rooms.showtimes-ahead',
      'This room has showtimes that run or are ahead. Cancel or move those that have not started, and wait for the end of the others.',
      { showtimesAhead },
    );
  }
}

/** The showtimes by start, a hundred at most. */
export class CleaningOverlapsShowtimes extends Conflict {
  constructor(overlappingShowtimes: readonly OverlappingShowtime[]) {
    super(
      'rooms.cleaning-overlaps-showtimes',
      'With this cleaning time, showtimes of the room would overlap with the next ones. Cancel or move some of them first.',
      { overlappingShowtimes },
    );
  }
}

export interface SeatPlanFault {
  /** Counted from 1 in the layout, aisles and gaps included. Null when the fault is in no single place. */
  readonly row: number | null;
  readonly column: number | null;
  readonly problem: string;
}

export class SeatPlanRefused extends Invalid {
  constructor(faults: readonly SeatPlanFault[]) {
    super('rooms.seat-plan-refused', `This seat plan is refused: ${faults.map(sentence).join('; ')}.`, { faults });
  }
}

function sentence({ row, column, problem }: SeatPlanFault): string {
  return row === null ? problem : `row ${row}, column ${column}: ${problem}`;
}
