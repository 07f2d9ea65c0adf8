/** JSON log lines through pino: each with the correlation id of its request or message and the id of its trace, none with a secret. */
import { DynamicModule, Module } from '@nestjs/common';
import { ClsServiceManager } from 'nestjs-cls';
import { Logger, PARAMS_PROVIDER_TOKEN, PinoLogger, type Params } from 'nestjs-pino';
import { destination } from 'pino';
import type { Settings } from '../config/settings.js';
import { currentTraceId } from './tracing.js';
import { VERSION } from './version.js';

const SECRETS = ['*.password', '*.clientSecret', '*.client_secret'];
/** Of lines that wait for a reader who does not read: further ones are dropped, because memory has an end. */
const MAX_WAITING_BYTES = 8 * 1_024 * 1_024;

/**
 * Lines that come while one is being written are written together: a system call a line is a tenth of what a small request costs. What waits is
 * written at the end of the process; SIGKILL loses the lines of the last milliseconds.
 */
const OUTPUT = destination({ dest: 1, sync: false, minLength: 0, maxLength: MAX_WAITING_BYTES });

/** Nest's `Logger` writes through this one. Not nestjs-pino's own module: it mounts Express-style middleware, which slows every request. */
@Module({})
export class LoggingModule {
  static for(settings: Settings, process: string): DynamicModule {
    const params: Params = {
      pinoHttp: {
        stream: OUTPUT,
        level: settings.log.level,
        base: { process, version: VERSION },
        formatters: { level: (label) => ({ level: label }) },
        redact: { paths: SECRETS, censor: '[redacted]' },
        wrapSerializers: false,
        mixin: () => {
          const cls = ClsServiceManager.getClsService();
          const correlationId = cls.isActive() ? cls.get<string | undefined>('correlationId') : undefined;
          const traceId = currentTraceId();
          return { ...(correlationId === undefined ? {} : { correlationId }), ...(traceId === undefined ? {} : { traceId }) };
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
