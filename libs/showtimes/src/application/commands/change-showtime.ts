import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import type { Prices } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { changedFields } from '@app/kernel/changed-fields.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { SchedulingLocks } from '../../domain/scheduling-locks.js';
import type { TermsChange } from '../../domain/showtime.js';
import { Showtimes } from '../../domain/showtimes.js';
import { TheatreTime } from '../../domain/theatre-time.js';
import { MoviesAndRooms } from '../movies-and-rooms.js';
import { ShowtimeEnds } from '../showtime-ends.js';

const AUDITED = ['roomId', 'startsAt', 'prices', 'salesOpenAt'] as const;

/** What is left out stays as it is. `salesOpenAt: null` opens sales at once. */
export interface ShowtimeChanges {
  readonly roomId?: string | undefined;
  readonly startsAt?: string | undefined;
  readonly prices?: Prices | undefined;
  readonly salesOpenAt?: string | null | undefined;
}

/** The stored values that differ: a start without an offset, and a field that was sent and is as it was, say nothing of what was done. */
type ChangedFields = Record<string, unknown> | null;

/** Resolves to what changed, or null. */
export class ChangeShowtime extends Command<ChangedFields> implements AdminCommand<ChangedFields> {
  constructor(
    readonly adminId: string,
    readonly showtimeId: string,
    readonly changes: ShowtimeChanges,
  ) {
    super();
  }

  auditEntry(changed: ChangedFields) {
    return changed === null ? null : { action: 'showtimes.change-showtime', subject: this.showtimeId, details: changed };
  }
}

@CommandHandler(ChangeShowtime)
export class ChangeShowtimeHandler implements ICommandHandler<ChangeShowtime> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly locks: SchedulingLocks,
    private readonly ends: ShowtimeEnds,
    private readonly moviesAndRooms: MoviesAndRooms,
    private readonly theatreTime: TheatreTime,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ showtimeId, changes }: ChangeShowtime): Promise<ChangedFields> {
    const namesPlace = changes.roomId !== undefined || changes.startsAt !== undefined;
    return this.transactions.run(() => (namesPlace ? this.move(showtimeId, changes) : this.changeTerms(showtimeId, changes)));
  }

  private async changeTerms(showtimeId: string, changes: ShowtimeChanges): Promise<ChangedFields> {
    return this.showtimes.change(showtimeId, (showtime) => {
      const before = showtime.state;
      showtime.change(this.termsOf(changes, before.timeZone), this.clock.now());
      return changedFields(before, showtime.state, AUDITED);
    });
  }

  private async move(showtimeId: string, changes: ShowtimeChanges): Promise<ChangedFields> {
    const { state } = await this.showtimes.read(showtimeId);
    this.transactions.assertExpectedBeforeLock(state);
    const { movieId, roomId: lockedRoomId, startsAt } = state;
    const roomId = changes.roomId ?? lockedRoomId;
    await this.locks.lockForScheduling([movieId], [lockedRoomId, roomId]);
    const { movie, room } = await this.moviesAndRooms.ofRequest({ movieId, roomId });

    const { timeZone } = room.theatre;
    const start = this.theatreTime.parse(changes.startsAt ?? startsAt.toISOString(), timeZone);
    const terms = this.termsOf(changes, timeZone);
    await this.ends.assertRoomFree(start.at, { roomId, exceptId: showtimeId });
    // A seat that is taken at this moment is not seen here. Reservations finds it when it compares versions.
    const [seats] = await this.queries.execute(new SeatsTakenOf([showtimeId]));
    return this.showtimes.change(showtimeId, (showtime) => {
      const before = showtime.state;
      showtime.move({ movie, room, start }, terms, { lockedRoomId, seatsTaken: seats?.taken ?? 0, now: this.clock.now() });
      return changedFields(before, showtime.state, AUDITED);
    });
  }

  private termsOf({ prices, salesOpenAt }: ShowtimeChanges, timeZone: string): TermsChange {
    return { prices, salesOpenAt: typeof salesOpenAt === 'string' ? this.theatreTime.parse(salesOpenAt, timeZone).at : salesOpenAt };
  }
}
