/** The HTTP process: every context's front door behind one guard. */
import { DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AuthApi } from '@app/auth';
import { migrations } from '@app/migrations';
import { MoviesApi } from '@app/movies';
import { PaymentsApi } from '@app/payments';
import { ClockModule } from '@app/platform/clock/clock.module.js';
import { ConfigModule } from '@app/platform/config/config.module.js';
import type { Settings } from '@app/platform/config/settings.js';
import { HealthModule } from '@app/platform/http/health.controller.js';
import { HttpModule } from '@app/platform/http/http.module.js';
import { MessagingModule } from '@app/platform/messaging/messaging.module.js';
import { PersistenceModule } from '@app/platform/persistence/persistence.module.js';
import { LoggingModule } from '@app/platform/telemetry/logging.module.js';
import { ReservationsApi } from '@app/reservations';
import { RoomsApi } from '@app/rooms';
import { ShowtimesApi } from '@app/showtimes';

@Module({})
export class ApiModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.for(settings),
        LoggingModule.for(settings, 'api'),
        PersistenceModule.for('api'),
        ClockModule.for(settings, { http: true }),
        MessagingModule.forApi(),
        HealthModule.for(migrations.map(({ name }) => name)),
        CqrsModule.forRoot(),
        HttpModule,
        AuthApi,
        MoviesApi,
        RoomsApi,
        ShowtimesApi,
        ReservationsApi,
        PaymentsApi,
      ],
    };
  }
}
