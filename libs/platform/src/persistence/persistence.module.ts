/** PostgreSQL for the whole process: pool, ambient transactions, outbox, inbox, and alerts that wait for the commit. */
import { DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { ClsPluginTransactional } from '@nestjs-cls/transactional';
import { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { Alerts } from '@app/kernel/alerts.js';
import { ClsModule } from 'nestjs-cls';
import { Settings } from '../config/settings.js';
import { OutboxSignal } from './outbox-signal.js';
import { AmbientTransactions } from './ambient-transactions.js';
import { AlertsAfterCommit } from './alerts-after-commit.js';
import { withoutEnhancers } from './cls-without-enhancers.js';
import { ConnectionBudget } from './connection-budget.js';
import { LimitedDataSource, type ProcessKind, dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { PostgresDatabase } from './postgres-database.js';
import { isDatabaseUnavailable } from './database-errors.js';
import { Inbox } from './inbox.js';
import { Outbox } from './outbox.js';
import { Replica } from './replica.js';
import { Transactions } from './transactions.js';
import { WriteRefusals } from './write-refusals.js';

@Module({})
export class PersistenceModule {
  static for(kind: ProcessKind): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Settings],
          useFactory: (settings: Settings) => ({
            ...dataSourceOptions(settings, kind),
            autoLoadEntities: true,
            retryAttempts: 10,
            retryDelay: 1_000,
            toRetry: isDatabaseUnavailable,
          }),
          dataSourceFactory: (options) => Promise.resolve(new LimitedDataSource(options!, kind)),
        }),
        withoutEnhancers(
          ClsModule.forRoot({
            global: true,
            plugins: [
              new ClsPluginTransactional({
                imports: [TypeOrmModule],
                adapter: new TransactionalAdapterTypeOrm({ dataSourceToken: getDataSourceToken() }),
              }),
            ],
          }),
        ),
      ],
      providers: [
        { provide: Database, useClass: PostgresDatabase },
        Replica,
        ConnectionBudget,
        { provide: Transactions, useClass: AmbientTransactions },
        Outbox,
        Inbox,
        OutboxSignal,
        { provide: Alerts, useClass: AlertsAfterCommit },
        WriteRefusals,
      ],
      exports: [Database, Transactions, Outbox, Inbox, OutboxSignal, Alerts, WriteRefusals],
    };
  }
}
