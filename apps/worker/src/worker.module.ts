/** The background process: reactions, relay and schedules of every context. */
import { DynamicModule, Module } from '@nestjs/common';
import { AuthWorker } from '@app/auth';
import { allEventTypes } from '@app/contracts/all-events.js';
import { migrations } from '@app/migrations';
import { MoviesWorker } from '@app/movies';
import { NotificationsWorker } from '@app/notifications';
import { PaymentsWorker } from '@app/payments';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { commonModules } from '@app/platform/process/common-modules.js';
import { ReportsWorker } from '@app/reports';
import { ReservationsWorker } from '@app/reservations';
import { RoomsWorker } from '@app/rooms';
import { ShowtimesWorker } from '@app/showtimes';
import { SubscriptionsWorker } from '@app/subscriptions';

export const workerModules = [
  AuthWorker,
  MoviesWorker,
  RoomsWorker,
  ShowtimesWorker,
  ReservationsWorker,
  PaymentsWorker,
  ReportsWorker,
  NotificationsWorker,
  SubscriptionsWorker,
];

@Module({})
export class WorkerModule {
  static for(settings: LoadedSettings): DynamicModule {
    const common = commonModules(settings, {
      name: 'worker',
      migrations: migrations.map(({ name }) => name),
      eventTypes: allEventTypes,
    });
    return { module: WorkerModule, imports: [...common, ...workerModules] };
  }
}
