/** The Nest modules that CLI commands run in: those of the other processes, without HTTP, reactions and schedules. */
import { DynamicModule, type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { AuthModule } from '@app/auth';
import { MoviesModule } from '@app/movies';
import { ClockModule } from '@app/platform/operations/clock/clock.module.js';
import { ConfigModule } from '@app/platform/config/config.module.js';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { Settings } from '@app/platform/config/settings.js';
import { JobsModule } from '@app/platform/jobs/jobs.module.js';
import { AuditTrailModule } from '@app/platform/operations/audit/audit-trail.module.js';
import { ReleaseOutboxRowsHandler } from '@app/platform/operations/outbox/release-outbox-rows.js';
import { PersistenceModule } from '@app/platform/persistence/persistence.module.js';
import { PaymentsModule } from '@app/payments';
import { ReportsModule } from '@app/reports';
import { ReservationsModule } from '@app/reservations';
import { RoomsModule } from '@app/rooms';
import { ShowtimesModule } from '@app/showtimes';
import type { Terminal } from './subcommand.js';
import { readSettings } from '../../settings.js';

/** What one command needs besides. */
type ProvidedForCommand = Required<Pick<ModuleMetadata, 'imports' | 'providers'>>;
const NOTHING_MORE: ProvidedForCommand = { imports: [], providers: [] };

@Module({})
export class CliModule {
  static for(settings: LoadedSettings, more = NOTHING_MORE): DynamicModule {
    return {
      module: CliModule,
      imports: [
        ConfigModule.for(settings),
        PersistenceModule.for('cli'),
        ClockModule.for(settings.get(Settings), { http: false }),
        CqrsModule.forRoot(),
        JobsModule.for({ runs: false }),
        AuditTrailModule,
        AuthModule,
        MoviesModule,
        PaymentsModule,
        ReportsModule,
        ReservationsModule,
        RoomsModule,
        ShowtimesModule,
        ...more.imports,
      ],
      providers: [ReleaseOutboxRowsHandler, ...more.providers],
    };
  }
}

/** The settings of the other processes, without the first admin: only an API process creates that account. */
export function cliSettings(env: Terminal['env']): LoadedSettings {
  return readSettings({
    ...env,
    ADMIN_EMAIL: undefined,
    ADMIN_EMAIL_FILE: undefined,
    ADMIN_PASSWORD: undefined,
    ADMIN_PASSWORD_FILE: undefined,
  });
}

/** Runs `work` with the modules started, and closes them afterwards. */
export async function withCli<T>(
  settings: LoadedSettings,
  work: (modules: INestApplicationContext) => Promise<T>,
  more = NOTHING_MORE,
): Promise<T> {
  const module = CliModule.for(settings, more);
  const modules = await NestFactory.createApplicationContext(module, { abortOnError: false, logger: ['fatal', 'error'] });
  try {
    return await work(modules);
  } finally {
    await modules.close();
  }
}
