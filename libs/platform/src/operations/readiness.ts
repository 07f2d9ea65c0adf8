/** Whether this process can serve: the database, its migrations and a shutdown decide; the broker is only reported. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, ServiceUnavailableException, type BeforeApplicationShutdown } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { ConnectionDraining } from '../http/connection-draining.js';
import { Broker } from '../messaging/broker.js';
import { Database } from '../persistence/database.js';
import { isNotMigrated } from '../persistence/postgres-errors.js';

/** The names of all migrations of this build. An app provides them: the platform does not know the migrations. */
export abstract class KnownMigrations {
  abstract readonly names: readonly string[];
}

/** How long the process serves after `/readyz` turned not ready, so that load balancers notice. */
export abstract class ReadinessDelay {
  abstract readonly ms: number;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly migrations: KnownMigrations,
    private readonly draining: ConnectionDraining,
    private readonly delay: ReadinessDelay,
  ) {}

  /** The port closes after this. */
  async beforeApplicationShutdown(): Promise<void> {
    await pause(Math.max(0, this.delay.ms - (this.draining.deadline?.elapsedMs ?? 0)));
  }

  async report(): Promise<ReadinessReport> {
    const { error, details } = await this.check();
    const textOf = (name: string): string => String(details[name]?.['message'] ?? details[name]?.status);
    const process: Record<string, string> = this.draining.deadline === null ? {} : { process: textOf('process') };
    return {
      ready: Object.keys(error ?? {}).length === 0,
      checks: { database: textOf('database'), broker: textOf('broker'), ...process },
    };
  }

  /** Terminus throws the result of a check that failed. */
  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check([() => this.databaseState(), () => this.brokerState(), () => this.processState()]);
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }

  private async databaseState(): Promise<HealthIndicatorResult> {
    const state = this.indicators.check('database');
    try {
      const applied = await this.database.query<{ name: string }>('SELECT name FROM public.migrations');
      const names = new Set(applied.map(({ name }) => name));
      const missing = this.migrations.names.filter((name) => !names.has(name)).length;
      return missing === 0 ? state.up() : state.down(`${missing} migrations missing`);
    } catch (error) {
      return state.down(isNotMigrated(error) ? `${this.migrations.names.length} migrations missing` : 'down');
    }
  }

  /** Requests are served without the broker: their events wait in the outbox. */
  private async brokerState(): Promise<HealthIndicatorResult> {
    const state = this.indicators.check('broker');
    return this.broker.ping().then(
      () => state.up(),
      () => state.degraded('down'),
    );
  }

  private processState(): HealthIndicatorResult {
    const state = this.indicators.check('process');
    return this.draining.deadline === null ? state.up() : state.down('leaving');
  }
}
