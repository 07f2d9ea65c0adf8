/** What the commands that need the contexts run in: the same modules as the other processes, without doors, reactions or schedules. */
import { DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { AuthModule } from '@app/auth';
import { MoviesModule } from '@app/movies';
import { ClockModule } from '@app/platform/clock/clock.module.js';
import { ConfigModule } from '@app/platform/config/config.module.js';
import { readSettings, type Settings } from '@app/platform/config/settings.js';
import { AuditTrailModule } from '@app/platform/operations/audit-trail.module.js';
import { PersistenceModule } from '@app/platform/persistence/persistence.module.js';
import type { Terminal } from './subcommand.js';

@Module({})
class ToolModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: ToolModule,
      imports: [
        ConfigModule.for(settings),
        PersistenceModule.for('tool'),
        ClockModule.for(settings, { http: false }),
        CqrsModule.forRoot(),
        AuditTrailModule,
        AuthModule,
        MoviesModule,
      ],
    };
  }
}

/** Settings as the other processes read them; the admin of the settings is theirs to make. */
export function toolSettings(env: Terminal['env']): Settings {
  return readSettings({ ...env, ADMIN_EMAIL: undefined, ADMIN_PASSWORD: undefined });
}

export async function withTool<T>(settings: Settings, work: (tool: INestApplicationContext) => Promise<T>): Promise<T> {
  const tool = await NestFactory.createApplicationContext(ToolModule.for(settings), { abortOnError: false, logger: ['fatal', 'error'] });
  try {
    return await work(tool);
  } finally {
    await tool.close();
  }
}
