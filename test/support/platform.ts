/** Starts the platform's persistence without HTTP, for suites of repositories and handlers. */
import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock } from '@app/kernel/clock.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { Global, Module } from '@nestjs/common';
import { CurrentRights } from '@app/platform/http/access/current-rights.js';
import { ConfigModule } from '@app/platform/config/config.module.js';
import { Database } from '@app/platform/persistence/database.js';
import { CqrsModule } from '@nestjs/cqrs';
import { AuditTrailModule } from '@app/platform/operations/audit/audit-trail.module.js';
import { PersistenceModule } from '@app/platform/persistence/persistence.module.js';
import { testEnvironment } from './in-process-system.js';
import { readSettings } from '../../apps/settings.js';

@Global()
@Module({ providers: [{ provide: Clock, useValue: new FixedClock() }], exports: [Clock] })
class FixedClockModule {}

export interface Platform {
  readonly app: INestApplicationContext;
  readonly database: Database;
}

/** Nobody acts here but the operator. */
@Global()
@Module({ providers: [{ provide: CurrentRights, useValue: {} }], exports: [CurrentRights] })
class NoRightsModule {}

/** `own` holds the modules and providers of the suite. */
export async function startPlatform(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
  own: Pick<ModuleMetadata, 'imports' | 'providers'> = {},
): Promise<Platform> {
  const settings = readSettings(testEnvironment({ DATABASE_URL: databaseUrl, STRIPE_API_URL: 'http://127.0.0.1:1', ...env }));
  const app = await Test.createTestingModule({
    imports: [
      ConfigModule.for(settings),
      PersistenceModule.for('worker'),
      FixedClockModule,
      CqrsModule.forRoot(),
      AuditTrailModule,
      NoRightsModule,
      ...(own.imports ?? []),
    ],
    providers: own.providers ?? [],
  }).compile();
  await app.init();
  return { app, database: app.get(Database) };
}
