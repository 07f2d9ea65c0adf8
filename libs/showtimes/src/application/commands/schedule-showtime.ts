import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Prices } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { SchedulingLocks } from '../../domain/scheduling-locks.js';
import { Showtime } from '../../domain/showtime.js';
import { Showtimes } from '../../domain/showtimes.js';
import { TheatreTime } from '../../domain/theatre-time.js';
import { MoviesAndRooms } from '../movies-and-rooms.js';
import { ShowtimeEnds } from '../showtime-ends.js';
import { type ShowtimeView, showtimeView } from '../queries/showtime.view.js';

export interface ShowtimeDetails {
  readonly movieId: string;
  readonly roomId: string;
  /** ISO 8601, with an offset or in the theatre's local time. So is `salesOpenAt`. */
  readonly startsAt: string;
  readonly prices: Prices;
  readonly salesOpenAt: string | null;
}

export class ScheduleShowtime extends Command<ShowtimeView> implements AdminCommand<ShowtimeView> {
  constructor(
    readonly adminId: string,
    readonly details: ShowtimeDetails,
  ) {
    super();
  }

  auditEntry({ id, startsAt, salesOpenAt }: ShowtimeView) {
    return { action: 'showtimes.schedule-showtime', subject: id, details: { ...this.details, startsAt, salesOpenAt } };
  }
}

@CommandHandler(ScheduleShowtime)
export class ScheduleShowtimeHandler implements ICommandHandler<ScheduleShowtime> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly locks: SchedulingLocks,
    private readonly ends: ShowtimeEnds,
    private readonly theatreTime: TheatreTime,
    private readonly clock: Clock,
    private readonly moviesAndRooms: MoviesAndRooms,
    private readonly transactions: Transactions,
  ) {}

  async execute({ details: { movieId, roomId, startsAt, prices, salesOpenAt } }: ScheduleShowtime): Promise<ShowtimeView> {
    return this.transactions.idempotently(async () => {
      // Before the queries: their answers hold until this commits.
      await this.locks.lockForScheduling([movieId], [roomId]);
      const { movie, room } = await this.moviesAndRooms.ofRequest({ movieId, roomId });

      const { timeZone } = room.theatre;
      const start = this.theatreTime.parse(startsAt, timeZone);
      const opening = salesOpenAt === null ? null : this.theatreTime.parse(salesOpenAt, timeZone).at;
      const showtime = Showtime.schedule({ movie, room, start }, { prices, salesOpenAt: opening }, this.clock.now());
      await this.ends.assertRoomFree(start.at, { roomId, exceptId: null });
      await this.showtimes.add(showtime);
      return showtimeView(showtime.state, { movie, room, seatsTaken: 0 });
    });
  }
}
