/** Starts tracing where an endpoint is set, and sends the last spans at the end of the process. */
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { Exporter } from '../telemetry/trace-exporter.js';
import { startTracing } from '../telemetry/tracing.js';
import { VERSION } from '../telemetry/version.js';

class Tracing implements OnApplicationShutdown {
  constructor(private readonly end: () => Promise<void>) {}

  onApplicationShutdown(): Promise<void> {
    return this.end();
  }
}

@Module({})
export class TracingModule {
  static for({ tracing }: Settings, process: string): DynamicModule {
    const { endpoint, sampledPercent } = tracing;
    if (endpoint === null) return { module: TracingModule };
    const start = (): Tracing =>
      new Tracing(startTracing(new Exporter({ endpoint, service: `movie-reservation-${process}`, version: VERSION }), sampledPercent));
    return { module: TracingModule, providers: [{ provide: Tracing, useFactory: start }] };
  }
}
