/** The health of a process, checked by Terminus. */
import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ConnectionDraining } from '../../http/limits/connection-draining.js';
import { HealthController } from './health.controller.js';
import { KnownMigrations, Readiness, ReadinessNeeds } from './readiness.js';

interface HealthOptions {
  readonly migrations: readonly string[];
  readonly readinessDelayMs: number;
  /** True: the process is not ready while the broker is away. */
  readonly needsBroker: boolean;
}

@Module({})
export class HealthModule {
  static for({ migrations, readinessDelayMs, needsBroker }: HealthOptions): DynamicModule {
    return {
      module: HealthModule,
      // The page at `/` shows the readiness too.
      global: true,
      // Without its log: a load balancer asks every few seconds, and the answer says what is down.
      imports: [TerminusModule.forRoot({ logger: false })],
      providers: [
        { provide: ConnectionDraining, useFactory: () => new ConnectionDraining(readinessDelayMs) },
        Readiness,
        { provide: KnownMigrations, useValue: { names: migrations } satisfies KnownMigrations },
        { provide: ReadinessNeeds, useValue: { delayMs: readinessDelayMs, broker: needsBroker } satisfies ReadinessNeeds },
      ],
      controllers: [HealthController],
      exports: [ConnectionDraining, Readiness],
    };
  }
}
