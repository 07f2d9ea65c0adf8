/** `/healthz`: the process answers. `/readyz`: it can serve; the database and its migrations decide, the broker is only reported. */
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, HttpCode, Injectable, Module, Res, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Broker } from '../messaging/broker.js';
import { Database } from '../persistence/database.js';
import { ConnectionDraining } from '../http/connection-draining.js';
import { AuthorizationIgnored } from '../http/access.js';

/** How many migrations this build knows; given by the app, so that the platform need not know them. */
export abstract class KnownMigrations {
  abstract readonly names: readonly string[];
}

/** How long the process serves on after `/readyz` turned not ready, so that load balancers notice. */
export abstract class ReadinessDelay {
  abstract readonly ms: number;
}

@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  constructor(
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

  async report(): Promise<{ ready: boolean; checks: Record<string, string> }> {
    const [database, broker] = await Promise.all([this.databaseState(), this.brokerState()]);
    return {
      ready: database === 'up' && this.draining.deadline === null,
      checks: { database, broker, ...(this.draining.deadline === null ? {} : { process: 'leaving' }) },
    };
  }

  private async databaseState(): Promise<string> {
    try {
      const applied = await this.database.query<{ name: string }>('SELECT name FROM public.migrations');
      const names = new Set(applied.map(({ name }) => name));
      const missing = this.migrations.names.filter((name) => !names.has(name));
      return missing.length === 0 ? 'up' : `${missing.length} migrations missing`;
    } catch (error) {
      // undefined_table: nothing was ever migrated.
      return (error as { code?: string }).code === '42P01' ? `${this.migrations.names.length} migrations missing` : 'down';
    }
  }

  private async brokerState(): Promise<string> {
    return this.broker.ping().then(
      () => 'up',
      () => 'down',
    );
  }
}

@ApiExcludeController()
@AuthorizationIgnored()
@Controller()
class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('healthz')
  alive(): { status: string } {
    return { status: 'alive' };
  }

  @Get('readyz')
  @HttpCode(200)
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string; checks: Record<string, string> }> {
    const { ready, checks } = await this.readiness.report();
    if (!ready) void reply.status(503);
    return { status: ready ? 'ready' : 'not ready', checks };
  }
}

@Module({})
export class HealthModule {
  static for(migrations: readonly string[], readinessDelayMs: number): DynamicModule {
    return {
      module: HealthModule,
      providers: [
        ConnectionDraining,
        Readiness,
        { provide: KnownMigrations, useValue: { names: migrations } },
        { provide: ReadinessDelay, useValue: { ms: readinessDelayMs } },
      ],
      controllers: [HealthController],
      exports: [ConnectionDraining, Readiness],
    };
  }
}
