/** The modules of the showtimes context: what every process provides, and what the API and the worker add to it. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { showtimesHandlers, showtimesJobs, showtimesReactions, showtimesServices } from './application/handlers.js';
import { SchedulingLocks } from './domain/scheduling-locks.js';
import { Showtimes } from './domain/showtimes.js';
import { TheatreTime } from './domain/theatre-time.js';
import { PostgresSchedulingLocks } from './infrastructure/postgres-scheduling-locks.js';
import { PostgresShowtimes } from './infrastructure/postgres-showtimes.js';
import { showtimeSchema } from './infrastructure/showtime.schema.js';
import { SchedulesController } from './infrastructure/schedules.controller.js';
import { ShowtimesController } from './infrastructure/showtimes.controller.js';
import { TemporalTheatreTime } from './infrastructure/temporal-theatre-time.js';

const ports = [
  { provide: Showtimes, useClass: PostgresShowtimes },
  { provide: SchedulingLocks, useClass: PostgresSchedulingLocks },
  { provide: TheatreTime, useClass: TemporalTheatreTime },
];

@Module({
  imports: [TypeOrmModule.forFeature([showtimeSchema])],
  providers: [...ports, ...showtimesServices, ...showtimesHandlers],
  exports: [...ports.map(({ provide }) => provide), ...showtimesServices],
})
export class ShowtimesModule {}

@Module({ imports: [ShowtimesModule], controllers: [ShowtimesController, SchedulesController] })
export class ShowtimesApi {}

@Module({ imports: [ShowtimesModule], providers: [...showtimesJobs, ...showtimesReactions] })
export class ShowtimesWorker {}
