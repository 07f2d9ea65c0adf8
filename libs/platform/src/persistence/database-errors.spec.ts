import { isDatabaseAway, isDatabaseUnavailable } from './database-errors.js';

describe('isDatabaseUnavailable', () => {
  it('errors of PostgreSQL, the network, the driver and TypeORM mean an outage', () => {
    const errors = [
      { code: '57P01' },
      { code: '28P01' },
      { code: '53300' },
      { code: '55P03' },
      { code: 'ECONNREFUSED' },
      new Error('timeout exceeded when trying to connect'),
      new Error('Connection terminated unexpectedly'),
      // Between two statements of a transaction.
      new Error('Query runner already released. Cannot run queries anymore.'),
      Object.assign(new Error('wrapped by TypeORM'), { driverError: { code: '57014' } }),
    ];
    expect(errors.map(isDatabaseUnavailable)).toEqual(errors.map(() => true));
  });

  it('a mistake in the program is not an outage', () => {
    const errors = [
      { code: '23505' },
      { code: '42601' },
      { code: '42P01' },
      { code: '22008' },
      new TypeError('x is undefined'),
      null,
      'away',
    ];
    expect(errors.map(isDatabaseUnavailable)).toEqual(errors.map(() => false));
  });
});

describe('isDatabaseAway', () => {
  it('a statement that was given up does not mean that nothing is served', () => {
    expect([{ code: '57P01' }, { code: '55P03' }, { code: '40P01' }, { code: '23505' }].map(isDatabaseAway)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
