import { Writable } from 'node:stream';
import { PARAMS_PROVIDER_TOKEN, PinoLogger, type Params } from 'nestjs-pino';
import { QueryFailedError } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { LoggingModule } from './logging.module.js';

const ADDRESS = 'ada@customers.test';

/** The lines that a process writes for what is logged. */
function linesOf(log: (logger: PinoLogger) => void): string {
  const { providers = [] } = LoggingModule.for({ log: { level: 'info' } } as Settings, 'api');
  const provider = providers.find((each) => 'provide' in each && each.provide === PARAMS_PROVIDER_TOKEN);
  const { pinoHttp } = (provider as { useValue: Params }).useValue;
  let lines = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines += chunk.toString();
      done();
    },
  });
  // The first logger of a process becomes the one of all.
  const shared = PinoLogger as { root: unknown };
  const { root } = shared;
  log(new PinoLogger({ pinoHttp: { ...(pinoHttp as object), stream } }));
  shared.root = root;
  return lines;
}

describe('A log line', () => {
  it('the error of a statement has its text and no value of a row', () => {
    const driverError = Object.assign(new Error('new row for relation "users" violates check constraint "users_name"'), {
      code: '23514',
      detail: `Failing row contains (1, ${ADDRESS}).`,
      where: `unnamed portal parameter $1 = '${ADDRESS}'`,
    });
    const error = new QueryFailedError('UPDATE auth.users SET email = $1', [ADDRESS], driverError);
    const line = linesOf((logger) => logger.error({ err: error }, 'A request failed'));
    expect(line).toContain('UPDATE auth.users');
    expect(line).toContain('users_name');
    expect(line).not.toContain(ADDRESS);
  });
});
