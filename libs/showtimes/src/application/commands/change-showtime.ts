import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import { RoomsByIds } from '@app/contracts/rooms.js';
import type { Prices } from '@app/contracts/showtimes.js';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { NoSuchMovie, NoSuchRoom } from '../../domain/errors.js';
import type { WantedTerms } from '../../domain/showtime.js';
import { Showtimes } from '../../domain/showtimes.js';
import { TheatreTime } from '../../domain/theatre-time.js';
import { Timetable } from '../../domain/timetable.js';
import { ShowtimeDetail } from '../queries/showtime-detail.js';
import type { ShowtimeListing } from '../queries/showtime-view.js';

/** What is left out stays as it is; `salesOpenAt: null` opens sales at once. */
export interface ShowtimeChangeRequest {
  readonly roomId?: string | undefined;
  readonly startsAt?: string | undefined;
  readonly prices?: Prices | undefined;
  readonly salesOpenAt?: string | null | undefined;
}

export class ChangeShowtime extends Command<ShowtimeListing> {
  constructor(
    readonly adminId: string,
    readonly showtimeId: string,
    readonly request: ShowtimeChangeRequest,
  ) {
    super();
  }
}

@CommandHandler(ChangeShowtime)
export class ChangeShowtimeHandler implements ICommandHandler<ChangeShowtime> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly timetable: Timetable,
    private readonly audit: AuditTrail,
    private readonly theatreTime: TheatreTime,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async execute({ adminId, showtimeId, request }: ChangeShowtime): Promise<ShowtimeListing> {
    const placed = request.roomId !== undefined || request.startsAt !== undefined;
    await this.database.transaction(async () => {
      const changed = await (placed ? this.move(showtimeId, request) : this.change(showtimeId, request));
      if (changed) await this.audit.record({ actor: adminId, action: 'showtimes.change-showtime', subject: showtimeId, details: request });
    });
    return this.queries.execute(new ShowtimeDetail(showtimeId));
  }

  private async change(showtimeId: string, request: ShowtimeChangeRequest): Promise<boolean> {
    return this.showtimes.change(showtimeId, (showtime) => {
      showtime.change(this.termsOf(request, showtime.state.timeZone), this.clock.now());
      return showtime.hasChanged;
    });
  }

  private async move(showtimeId: string, request: ShowtimeChangeRequest): Promise<boolean> {
    const { movieId, roomId: from, startsAt } = (await this.showtimes.glance(showtimeId)).state;
    const to = request.roomId ?? from;
    await this.timetable.enter(movieId, [from, to]);
    const [movie] = await this.queries.execute(new MoviesByIds([movieId]));
    if (movie === undefined) throw new NoSuchMovie();
    const [room] = await this.queries.execute(new RoomsByIds([to]));
    if (room === undefined) throw new NoSuchRoom();

    const { timeZone } = room.theatre;
    const start = this.theatreTime.read(request.startsAt ?? startsAt.toISOString(), timeZone);
    const terms = this.termsOf(request, timeZone);
    // As far as can be seen here; a seat taken at this moment is found by reservations, which compares versions (booking.md).
    const [taken] = await this.queries.execute(new SeatsTakenOf([showtimeId]));
    return this.showtimes.change(showtimeId, (showtime) => {
      showtime.move({ movie, room, start }, terms, { from, seatsTaken: taken?.taken ?? 0, now: this.clock.now() });
      return showtime.hasChanged;
    });
  }

  private termsOf({ prices, salesOpenAt }: ShowtimeChangeRequest, timeZone: string): WantedTerms {
    return { prices, salesOpenAt: typeof salesOpenAt === 'string' ? this.theatreTime.read(salesOpenAt, timeZone).at : salesOpenAt };
  }
}
