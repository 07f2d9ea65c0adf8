import { isDatabaseUnavailable } from './postgres-errors.js';

describe('A database that is away', () => {
  it('is known by what PostgreSQL, the network, the driver and TypeORM say of it', () => {
    const told = [
      { code: '57P01' },
      { code: '53300' },
      { code: '55P03' },
      { code: 'ECONNREFUSED' },
      new Error('timeout exceeded when trying to connect'),
      new Error('Connection terminated unexpectedly'),
      // Between two statements of a transaction.
      new Error('Query runner already released. Cannot run queries anymore.'),
      Object.assign(new Error('wrapped by TypeORM'), { driverError: { code: '57014' } }),
    ];
    expect(told.map(isDatabaseUnavailable)).toEqual(told.map(() => true));
  });

  it('is not blamed for a mistake of ours', () => {
    const told = [
      { code: '23505' },
      { code: '42601' },
      { code: '42P01' },
      { code: '22008' },
      new TypeError('x is undefined'),
      null,
      'away',
    ];
    expect(told.map(isDatabaseUnavailable)).toEqual(told.map(() => false));
  });
});
