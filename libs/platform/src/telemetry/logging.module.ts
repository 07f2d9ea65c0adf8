/** JSON log lines through pino: each with the correlation id of its request or message and the id of its trace, none with a secret. */
import { DynamicModule, Module } from '@nestjs/common';
import { ClsServiceManager } from 'nestjs-cls';
import { Logger, PARAMS_PROVIDER_TOKEN, PinoLogger, type Params } from 'nestjs-pino';
import { destination } from 'pino';
import type { Settings } from '../config/settings.js';
import { currentTraceId } from './tracing.js';
import { VERSION } from './version.js';
import { CORRELATION_ID } from './correlation-id.js';

const SECRETS = ['*.password', '*.clientSecret', '*.client_secret'];
/** What an error of the database has besides its message: the values of the statement or of the row, and so names and addresses. TypeORM keeps that of pg inside its own. */
const VALUES_OF_ROWS = ['parameters', 'detail', 'where'].flatMap((field) => [`err.${field}`, `err.driverError.${field}`]);
/** Of lines that wait for a reader who does not read: further ones are dropped, because memory has an end. */
const MAX_WAITING_BYTES = 8 * 1_024 * 1_024;

/** Of lines that are written together: a system call a line is a tenth of what a small request costs. */
const WRITTEN_BYTES = 8 * 1_024;
/** The longest that a line waits for others. SIGKILL loses the lines of that time; any other end writes what waits. */
const FLUSH_MS = 50;

const OUTPUT = destination({ dest: 1, sync: false, minLength: WRITTEN_BYTES, periodicFlush: FLUSH_MS, maxLength: MAX_WAITING_BYTES });

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
        redact: { paths: [...SECRETS, ...VALUES_OF_ROWS], censor: '[redacted]' },
        wrapSerializers: false,
        mixin: () => {
          const cls = ClsServiceManager.getClsService();
          const correlationId = cls.isActive() ? cls.get<string | undefined>(CORRELATION_ID) : undefined;
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
