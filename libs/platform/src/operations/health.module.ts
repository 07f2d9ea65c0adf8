/** The health of a process, checked by Terminus. */
import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ConnectionDraining } from '../http/connection-draining.js';
import { HealthController } from './health.controller.js';
import { KnownMigrations, Readiness, ReadinessDelay } from './readiness.js';

@Module({})
export class HealthModule {
  static for({ migrations, readinessDelayMs }: { migrations: readonly string[]; readinessDelayMs: number }): DynamicModule {
    return {
      module: HealthModule,
      // Without its log: a load balancer asks every few seconds, and the answer says what is down.
      imports: [TerminusModule.forRoot({ logger: false })],
      providers: [
        ConnectionDraining,
        Readiness,
        { provide: KnownMigrations, useValue: { names: migrations } satisfies KnownMigrations },
        { provide: ReadinessDelay, useValue: { ms: readinessDelayMs } satisfies ReadinessDelay },
      ],
      controllers: [HealthController],
      exports: [ConnectionDraining],
    };
  }
}
