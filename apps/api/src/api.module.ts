/** The HTTP process: the routes of every context behind one guard. */
import { DynamicModule, Module } from '@nestjs/common';
import { AuthApi } from '@app/auth';
import { allEventTypes } from '@app/contracts/all-events.js';
import { migrations } from '@app/migrations';
import { MoviesApi } from '@app/movies';
import { NotificationsApi } from '@app/notifications';
import { PaymentsApi } from '@app/payments';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { HttpModule } from '@app/platform/http/http.module.js';
import { HomePageModule } from '@app/platform/operations/home-page.module.js';
import { commonModules } from '@app/platform/process/common-modules.js';
import { ReportsApi } from '@app/reports';
import { ReservationsApi } from '@app/reservations';
import { RoomsApi } from '@app/rooms';
import { ShowtimesApi } from '@app/showtimes';
import { SubscriptionsApi } from '@app/subscriptions';
import { HOME_PAGE } from '../../home-page.js';

export const apiModules = [
  HttpModule,
  AuthApi,
  MoviesApi,
  RoomsApi,
  ShowtimesApi,
  ReservationsApi,
  PaymentsApi,
  ReportsApi,
  NotificationsApi,
  SubscriptionsApi,
];

@Module({})
export class ApiModule {
  static for(settings: LoadedSettings): DynamicModule {
    const common = commonModules(settings, { name: 'api', migrations: migrations.map(({ name }) => name), eventTypes: allEventTypes });
    return { module: ApiModule, imports: [...common, ...apiModules, HomePageModule.for(HOME_PAGE)] };
  }
}
