/** JSON log lines through pino: each with the correlation id of its request or message, none with a secret. */
import { DynamicModule, Module } from '@nestjs/common';
import { ClsServiceManager } from 'nestjs-cls';
import { Logger, PARAMS_PROVIDER_TOKEN, PinoLogger, type Params } from 'nestjs-pino';
import type { Settings } from '../config/settings.js';
import { VERSION } from './version.js';

const SECRETS = ['*.password', '*.clientSecret', '*.client_secret'];

/** Nest's `Logger` writes through this one. Not nestjs-pino's own module: it mounts Express-style middleware, which slows every request. */
@Module({})
export class LoggingModule {
  static for(settings: Settings, process: string): DynamicModule {
    const params: Params = {
      pinoHttp: {
        level: settings.log.level,
        base: { process, version: VERSION },
        formatters: { level: (label) => ({ level: label }) },
        redact: { paths: SECRETS, censor: '[redacted]' },
        wrapSerializers: false,
        mixin: () => {
          const cls = ClsServiceManager.getClsService();
          const correlationId = cls.isActive() ? cls.get<string | undefined>('correlationId') : undefined;
          return correlationId === undefined ? {} : { correlationId };
        },
      },
    };
    return {
      module: LoggingModule,
      providers: [{ provide: PARAMS_PROVIDER_TOKEN, useValue: params }, PinoLogger, Logger],
      exports: [Logger],
    };
  }
}
