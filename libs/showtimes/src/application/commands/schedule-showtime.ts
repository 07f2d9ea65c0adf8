import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { MoviesByIds } from '@app/contracts/movies.js';
import { RoomsByIds } from '@app/contracts/rooms.js';
import type { Prices } from '@app/contracts/showtimes.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { NoSuchMovie, NoSuchRoom } from '../../domain/errors.js';
import { Showtime } from '../../domain/showtime.js';
import { Showtimes } from '../../domain/showtimes.js';
import { TheatreTime } from '../../domain/theatre-time.js';
import { Timetable } from '../../domain/timetable.js';
import { listingOf, type ShowtimeListing } from '../queries/showtime-view.js';

export interface ShowtimeRequest {
  readonly movieId: string;
  readonly roomId: string;
  /** ISO 8601, with an offset or in the theatre's local time; so is `salesOpenAt`. */
  readonly startsAt: string;
  readonly prices: Prices;
  readonly salesOpenAt: string | null;
}

export class ScheduleShowtime extends Command<ShowtimeListing> {
  constructor(readonly request: ShowtimeRequest) {
    super();
  }
}

@CommandHandler(ScheduleShowtime)
export class ScheduleShowtimeHandler implements ICommandHandler<ScheduleShowtime> {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly timetable: Timetable,
    private readonly theatreTime: TheatreTime,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async execute({ request: { movieId, roomId, startsAt, prices, salesOpenAt } }: ScheduleShowtime): Promise<ShowtimeListing> {
    return this.database.once(async () => {
      // Before movies and rooms are asked: what they answer now stays true until this commits.
      await this.timetable.enter(movieId, [roomId]);
      const [movie] = await this.queries.execute(new MoviesByIds([movieId]));
      if (movie === undefined) throw new NoSuchMovie();
      const [room] = await this.queries.execute(new RoomsByIds([roomId]));
      if (room === undefined) throw new NoSuchRoom();

      const { timeZone } = room.theatre;
      const start = this.theatreTime.read(startsAt, timeZone);
      const opening = salesOpenAt === null ? null : this.theatreTime.read(salesOpenAt, timeZone).at;
      const showtime = Showtime.schedule({ movie, room, start }, { prices, salesOpenAt: opening }, this.clock.now());
      await this.showtimes.add(showtime);
      return listingOf(showtime.state, movie, room, 0);
    });
  }
}
