/** PostgreSQL for the whole process: pool, ambient transactions, outbox, audit trail, and alerts that wait for the commit. */
import { DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { ClsPluginTransactional } from '@nestjs-cls/transactional';
import { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { Alerts } from '@app/kernel/alerts.js';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { ClsModule } from 'nestjs-cls';
import { Settings } from '../config/settings.js';
import { RelayNudge } from '../messaging/relay-nudge.js';
import { LoggedAlerts } from '../telemetry/logged-alerts.js';
import { LimitedDataSource, type Role, dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { isDatabaseUnavailable } from './failures.js';
import { Outbox } from './outbox.js';
import { PostgresAuditTrail } from './postgres-audit-trail.js';

@Module({})
export class PersistenceModule {
  static for(role: Role): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Settings],
          useFactory: (settings: Settings) => ({
            ...dataSourceOptions(settings, role),
            autoLoadEntities: true,
            retryAttempts: 10,
            retryDelay: 1_000,
            toRetry: isDatabaseUnavailable,
          }),
          dataSourceFactory: (options) => Promise.resolve(new LimitedDataSource(options!, role)),
        }),
        ClsModule.forRoot({
          global: true,
          plugins: [
            new ClsPluginTransactional({
              imports: [TypeOrmModule],
              adapter: new TransactionalAdapterTypeOrm({ dataSourceToken: getDataSourceToken() }),
            }),
          ],
        }),
      ],
      providers: [
        Database,
        Outbox,
        RelayNudge,
        { provide: AuditTrail, useClass: PostgresAuditTrail },
        { provide: Alerts, useClass: LoggedAlerts },
      ],
      exports: [Database, Outbox, RelayNudge, AuditTrail, Alerts],
    };
  }
}
