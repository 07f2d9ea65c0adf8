/** The background process: reactions, relay and schedules of every context. */
import { DynamicModule, Module } from '@nestjs/common';
import { AuthWorker } from '@app/auth';
import { allEventTypes } from '@app/contracts/all-events.js';
import { migrations } from '@app/migrations';
import { MoviesWorker } from '@app/movies';
import { PaymentsWorker } from '@app/payments';
import type { Settings } from '@app/platform/config/settings.js';
import { foundationOf } from '@app/platform/process/foundation.js';
import { ReservationsWorker } from '@app/reservations';
import { RoomsWorker } from '@app/rooms';
import { ShowtimesWorker } from '@app/showtimes';

export const workshops = [AuthWorker, MoviesWorker, RoomsWorker, ShowtimesWorker, ReservationsWorker, PaymentsWorker];

@Module({})
export class WorkerModule {
  static for(settings: Settings): DynamicModule {
    const foundation = foundationOf(settings, {
      name: 'worker',
      migrations: migrations.map(({ name }) => name),
      eventTypes: allEventTypes,
    });
    return { module: WorkerModule, imports: [...foundation, ...workshops] };
  }
}
