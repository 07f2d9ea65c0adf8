/** Serves `/metrics` on a port of its own, which is off unless it is set. It asks for no password: only Prometheus may reach it. */
import { createServer, type Server } from 'node:http';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics } from 'prom-client';
import { Settings } from '../../config/settings.js';
import { METRICS, gauge } from '../../telemetry/metrics.js';
import { VERSION } from '../../telemetry/version.js';
import { TableMetrics } from './table-metrics.js';

/** How long a client may take to send its request. */
const REQUEST_TIMEOUT_MS = 5_000;
/** More than the scrapers of one cinema need at once. */
const MAX_CONNECTIONS = 20;

const PROCESS = gauge('cinema_process_info', 'Always 1; the labels say what runs', ['process', 'version', 'node']);

export abstract class MetricsServerOptions {
  abstract readonly process: string;
  /** Null: no metrics are served. 0: any free port. */
  abstract readonly port: number | null;
  abstract readonly measuresTables: boolean;
}

@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  #server: Server | null = null;

  constructor(
    private readonly options: MetricsServerOptions,
    private readonly settings: Settings,
    private readonly tables: TableMetrics,
  ) {}

  /** Rejects where the port is taken. */
  async onApplicationBootstrap(): Promise<void> {
    const { port, process } = this.options;
    if (port === null) return;
    const { host } = this.settings.metrics;
    PROCESS.set({ process, version: VERSION, node: globalThis.process.version }, 1);
    // Event loop, memory, garbage collection. A second application in one process shares them.
    if (METRICS.getSingleMetric('nodejs_eventloop_lag_seconds') === undefined) collectDefaultMetrics({ register: METRICS });
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      const isKnown = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
      if (!isKnown) return void response.writeHead(404).end();
      void this.scrape().then(
        (text) => response.writeHead(200, { 'content-type': METRICS.contentType }).end(text),
        (error: unknown) => {
          new Logger('Metrics').error({ err: error }, 'The metrics could not be read');
          response.writeHead(500).end();
        },
      );
    });
    server.maxConnections = MAX_CONNECTIONS;
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  }

  async onApplicationShutdown(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async scrape(): Promise<string> {
    if (this.options.measuresTables) await this.tables.refresh();
    return METRICS.metrics();
  }
}
