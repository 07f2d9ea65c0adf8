/** JSON log lines through pino, with the request or correlation id on each and secrets left out. */
import { DynamicModule, Module, RequestMethod } from '@nestjs/common';
import { ClsServiceManager } from 'nestjs-cls';
import { LoggerModule } from 'nestjs-pino';
import type { Settings } from '../config/settings.js';

const REDACTED = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["stripe-signature"]',
  '*.password',
  '*.clientSecret',
  '*.client_secret',
];

@Module({})
export class LoggingModule {
  static for(settings: Settings, process: string): DynamicModule {
    return LoggerModule.forRoot({
      forRoutes: [{ path: '{*splat}', method: RequestMethod.ALL }],
      pinoHttp: {
        level: settings.log.level,
        base: { process },
        redact: { paths: REDACTED, censor: '[redacted]' },
        mixin: () => {
          const cls = ClsServiceManager.getClsService();
          const correlationId = cls.isActive() ? cls.get<string | undefined>('correlationId') : undefined;
          return correlationId === undefined ? {} : { correlationId };
        },
        autoLogging: { ignore: (request) => request.url === '/healthz' || request.url === '/readyz' },
        // Why it answered 5xx was logged where it went wrong; this is the one line of the request.
        customLogLevel: (_request, _response, error) => (error === undefined ? 'info' : 'error'),
        customErrorObject: (_request, _response, error, line: object) =>
          error.message.startsWith('failed with status code') ? { ...line, err: undefined } : line,
        serializers: {
          req: (request: { id: string; method: string; url: string }) => ({
            id: request.id,
            method: request.method,
            url: request.url.split('?')[0],
          }),
          res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
        },
      },
    });
  }
}
