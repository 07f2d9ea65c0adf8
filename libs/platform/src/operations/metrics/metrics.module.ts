/** Metrics for Prometheus on a port of their own: of the process always, of the tables in processes that work. */
import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MeasuredCommands } from './measured-commands.js';
import { MessagingMetrics } from './messaging-metrics.js';
import { MetricsServer, MetricsServerOptions } from './metrics-server.js';
import { TableMetrics } from './table-metrics.js';

@Module({})
export class MetricsModule {
  static for(options: { process: string; port: number | null; measuresTables: boolean }): DynamicModule {
    return {
      module: MetricsModule,
      imports: [DiscoveryModule],
      providers: [
        MeasuredCommands,
        MetricsServer,
        TableMetrics,
        { provide: MetricsServerOptions, useValue: options satisfies MetricsServerOptions },
        ...(options.measuresTables ? [MessagingMetrics] : []),
      ],
    };
  }
}
