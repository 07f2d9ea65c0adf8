/** Whether this process can serve: the database, its migrations, a shutdown and a broker with another topology decide; a broker that is away decides for the worker. An app may add reasons of its own. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, ServiceUnavailableException, type BeforeApplicationShutdown } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { ConnectionDraining } from '../../http/limits/connection-draining.js';
import { Broker, BrokerLoginRefused, TopologyMismatch } from '../../messaging/broker.js';
import { Database } from '../../persistence/database.js';
import { isNotMigrated } from '../../persistence/database-errors.js';

/** How long the result of a check is repeated: less than the interval of any load balancer. */
const REUSED_MS = 1_000;

/** The names of all migrations of this build. An app provides them: the platform does not know the migrations. */
export abstract class KnownMigrations {
  abstract readonly names: readonly string[];
}

export abstract class ReadinessNeeds {
  /** How long the process serves after `/readyz` turned not ready, so that load balancers notice. */
  abstract readonly delayMs: number;
  /** The worker does nothing without the broker. Requests are served without it: their events wait in the outbox. */
  abstract readonly broker: boolean;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  #lastCheck: Promise<HealthCheckResult> | null = null;
  /** On the clock of `performance.now()`. */
  #reusedUntil = 0;
  readonly #reasons = new Map<string, string>();

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly migrations: KnownMigrations,
    private readonly draining: ConnectionDraining,
    private readonly needs: ReadinessNeeds,
  ) {}

  /** The port closes after this. */
  async beforeApplicationShutdown(): Promise<void> {
    await pause(Math.max(0, this.needs.delayMs - (this.draining.deadline?.elapsedMs ?? 0)));
  }

  /** Not ready, with this reason beside the checks of servers, until it is taken back with null. Requests are served meanwhile. */
  setReason(check: string, reason: string | null): void {
    if (reason === null) this.#reasons.delete(check);
    else this.#reasons.set(check, reason);
  }

  async report(): Promise<ReadinessReport> {
    const { error, details } = await this.servers();
    const textOf = (name: string): string => String(details[name]?.['message'] ?? details[name]?.status);
    const isShuttingDown = this.draining.deadline !== null;
    return {
      ready: Object.keys(error ?? {}).length === 0 && this.#reasons.size === 0 && !isShuttingDown,
      checks: {
        database: textOf('database'),
        broker: textOf('broker'),
        ...Object.fromEntries(this.#reasons),
        ...(isShuttingDown ? { process: 'leaving' } : {}),
      },
    };
  }

  /** Anybody may ask, and admission does not limit it: those who ask meanwhile, or soon after, get the result of one check. */
  private servers(): Promise<HealthCheckResult> {
    if (this.#lastCheck !== null && performance.now() < this.#reusedUntil) return this.#lastCheck;
    this.#reusedUntil = Infinity;
    this.#lastCheck = this.check().finally(() => (this.#reusedUntil = performance.now() + REUSED_MS));
    return this.#lastCheck;
  }

  /** Terminus throws the result of a check that failed. */
  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check([() => this.databaseState(), () => this.brokerState()]);
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

  /** A topology that differs, or a login that is refused, does not mend itself, so it is shown. */
  private async brokerState(): Promise<HealthIndicatorResult> {
    const state = this.indicators.check('broker');
    return this.broker.ping().then(
      () => (this.broker.address === null ? state.up() : state.up(`up, ${this.broker.address}`)),
      (error: unknown) => {
        if (error instanceof TopologyMismatch) return state.down(`topology differs: ${error.message}`);
        const text = error instanceof BrokerLoginRefused ? 'login refused' : 'down';
        return this.needs.broker ? state.down(text) : state.degraded(text);
      },
    );
  }
}
