/** Puts the showtimes context together: what every process needs, what the HTTP door needs, what the worker needs. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CancelShowtimeHandler } from './application/commands/cancel-showtime.js';
import { ChangeShowtimeHandler } from './application/commands/change-showtime.js';
import { ScheduleShowtimeHandler } from './application/commands/schedule-showtime.js';
import { EverScheduledInHandler } from './application/queries/ever-scheduled-in.js';
import { ShowtimeDetailHandler } from './application/queries/showtime-detail.js';
import { ShowtimeListHandler } from './application/queries/showtime-list.js';
import { ViewsOfShowtimes } from './application/queries/showtime-view.js';
import { ShowtimesAheadHandler } from './application/queries/showtimes-ahead.js';
import { ShowtimesByIdsHandler } from './application/queries/showtimes-by-ids.js';
import { ShowtimesOfMovieHandler } from './application/queries/showtimes-of-movie.js';
import { CancelShowtimesWhenMovieRetired } from './application/reactions/cancel-showtimes-when-movie-retired.js';
import { Showtimes } from './domain/showtimes.js';
import { TheatreTime } from './domain/theatre-time.js';
import { Timetable } from './domain/timetable.js';
import { PostgresShowtimes } from './infrastructure/postgres-showtimes.js';
import { PostgresTimetable } from './infrastructure/postgres-timetable.js';
import { showtimeSchema } from './infrastructure/showtime.schema.js';
import { ShowtimesController } from './infrastructure/showtimes.controller.js';
import { TemporalTheatreTime } from './infrastructure/temporal-theatre-time.js';

const ports = [
  { provide: Showtimes, useClass: PostgresShowtimes },
  { provide: Timetable, useClass: PostgresTimetable },
  { provide: TheatreTime, useClass: TemporalTheatreTime },
];

@Module({
  imports: [TypeOrmModule.forFeature([showtimeSchema])],
  providers: [
    ...ports,
    ScheduleShowtimeHandler,
    ChangeShowtimeHandler,
    CancelShowtimeHandler,
    ViewsOfShowtimes,
    ShowtimeListHandler,
    ShowtimeDetailHandler,
    ShowtimesOfMovieHandler,
    ShowtimesByIdsHandler,
    ShowtimesAheadHandler,
    EverScheduledInHandler,
  ],
  exports: ports.map(({ provide }) => provide),
})
export class ShowtimesModule {}

@Module({ imports: [ShowtimesModule], controllers: [ShowtimesController] })
export class ShowtimesApi {}

@Module({ imports: [ShowtimesModule], providers: [CancelShowtimesWhenMovieRetired] })
export class ShowtimesWorker {}
