/** What every long-running process stands on: settings, log, database, clock, broker, health. */
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ClockModule } from '../clock/clock.module.js';
import { ConfigModule } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { HealthModule } from '../http/health.controller.js';
import { MessagingModule } from '../messaging/messaging.module.js';
import { HousekeepingModule } from '../persistence/housekeeping.schedule.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { LoggingModule } from '../telemetry/logging.module.js';

export interface Process {
  readonly name: 'api' | 'worker' | 'standalone';
  /** Names of the migrations this build knows. */
  readonly migrations: readonly string[];
}

export function foundationOf(settings: Settings, { name, migrations }: Process): (DynamicModule | typeof HousekeepingModule)[] {
  const serves = name !== 'worker';
  const works = name !== 'api';
  return [
    ConfigModule.for(settings),
    LoggingModule.for(settings, name),
    PersistenceModule.for(serves ? 'api' : 'worker'),
    ClockModule.for(settings, { http: serves }),
    works ? MessagingModule.forWorker() : MessagingModule.forApi(),
    HealthModule.for(migrations),
    CqrsModule.forRoot(),
    ...(works ? [HousekeepingModule] : []),
  ];
}
