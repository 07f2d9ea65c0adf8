/** Reads the tables for the gauges of all contexts, at a scrape and at most every few seconds. */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Database } from '../../persistence/database.js';
import { Transactions } from '../../persistence/transactions.js';
import { ContextMetrics, measureEvents } from '../../telemetry/context-metrics.js';
import { gauge } from '../../telemetry/metrics.js';

/** However many scrape, the tables are read once in this time. */
const REUSED_MS = 5_000;
/** Metrics must not make a database slower that is slow already. */
const STATEMENT_TIMEOUT_MS = 2_000;

const MEASURED = gauge('cinema_tables_measured', '1: the gauges made of this context’s tables are current. 0: they could not be read', [
  'context',
]);

@Injectable()
export class TableMetrics implements OnApplicationBootstrap {
  readonly #logger = new Logger(TableMetrics.name);
  #contexts: readonly ContextMetrics[] = [];
  #reading: Promise<void> = Promise.resolve();
  /** On the clock of `performance.now()`. */
  #readAgainAt = 0;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
    private readonly transactions: Transactions,
  ) {}

  onApplicationBootstrap(): void {
    this.#contexts = this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((instance) => instance instanceof ContextMetrics);
    for (const { events } of this.#contexts) measureEvents(events);
  }

  /** Never rejects: what the process itself counts is served also while the database is away. */
  async refresh(): Promise<void> {
    if (performance.now() >= this.#readAgainAt) {
      this.#readAgainAt = Infinity;
      this.#reading = this.readAll().finally(() => (this.#readAgainAt = performance.now() + REUSED_MS));
    }
    await this.#reading;
  }

  /** One after another: they must not take the connections of the work that they measure. */
  private async readAll(): Promise<void> {
    for (const context of this.#contexts) {
      const isMeasured = await this.read(context);
      MEASURED.set({ context: context.constructor.name.replace(/Metrics$/, '').toLowerCase() }, isMeasured ? 1 : 0);
    }
  }

  private async read(context: ContextMetrics): Promise<boolean> {
    try {
      await this.transactions.run(async () => {
        await this.database.query(`SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
        await context.measure();
      });
      return true;
    } catch (error) {
      context.forget();
      this.#logger.warn({ err: error, context: context.constructor.name }, 'The tables could not be read for the metrics');
      return false;
    }
  }
}
