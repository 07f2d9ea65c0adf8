/** The background process: reactions, relay and schedules of every context. */
import { DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AuthWorker } from '@app/auth';
import { migrations } from '@app/migrations';
import { MoviesWorker } from '@app/movies';
import { PaymentsWorker } from '@app/payments';
import { ClockModule } from '@app/platform/clock/clock.module.js';
import { ConfigModule } from '@app/platform/config/config.module.js';
import type { Settings } from '@app/platform/config/settings.js';
import { HealthModule } from '@app/platform/http/health.controller.js';
import { MessagingModule } from '@app/platform/messaging/messaging.module.js';
import { HousekeepingModule } from '@app/platform/persistence/housekeeping.schedule.js';
import { PersistenceModule } from '@app/platform/persistence/persistence.module.js';
import { LoggingModule } from '@app/platform/telemetry/logging.module.js';
import { ReservationsWorker } from '@app/reservations';
import { RoomsWorker } from '@app/rooms';
import { ShowtimesWorker } from '@app/showtimes';

@Module({})
export class WorkerModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.for(settings),
        LoggingModule.for(settings, 'worker'),
        PersistenceModule.for('worker'),
        ClockModule.for(settings, { http: false }),
        MessagingModule.forWorker(),
        HealthModule.for(migrations.map(({ name }) => name)),
        CqrsModule.forRoot(),
        HousekeepingModule,
        AuthWorker,
        MoviesWorker,
        RoomsWorker,
        ShowtimesWorker,
        ReservationsWorker,
        PaymentsWorker,
      ],
    };
  }
}
