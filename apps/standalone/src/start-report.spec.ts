import { startReport } from './start-report.js';

const system = {
  apiUrl: 'http://127.0.0.1:3000',
  stripeUrl: 'http://127.0.0.1:12111',
  isSandbox: true,
  postgresPort: 54_329,
  databaseDirectory: '/data/postgres',
  broker: null,
  clock: { now: new Date('2026-11-21T12:00:00Z'), offsetSeconds: 0 },
  seeded: { movies: 82, showtimes: 478 },
  isCustomerChanged: false,
} as const;

describe('the report of make start', () => {
  it('the first line says where to look first', () => {
    expect(startReport(system).trim().split('\n')[0]).toBe('Ready. Look first at http://127.0.0.1:3000');
  });

  it('a clock in real time is reported with the route that moves it', () => {
    expect(startReport(system)).toContain('real time; POST http://127.0.0.1:3000/sandbox/clock/advance');
  });

  it('another stand-in for Stripe is named, with the address for its webhooks', () => {
    expect(startReport(system)).toContain('Stripe       http://127.0.0.1:12111   (a sandbox;');
    const other = startReport({ ...system, stripeUrl: 'http://127.0.0.1:9000', isSandbox: false });
    expect(other).toContain(
      'Stripe       http://127.0.0.1:9000   (STRIPE_API_URL; its webhooks go to http://127.0.0.1:3000/api/v1/webhooks/stripe)',
    );
  });

  it('a broker is reported with its host, and without its password', () => {
    const report = startReport({ ...system, broker: 'amqp://demo:secret@127.0.0.1:5673/demo' });
    expect(report).toContain('RabbitMQ at 127.0.0.1:5673\n');
    expect(report).not.toContain('secret');
  });

  it('an account that was changed is reported without its first password', () => {
    const report = startReport({ ...system, seeded: null, isCustomerChanged: true });
    expect(report).toContain('Nothing was added: the demo admin was changed.');
    expect(report).not.toMatch(/demo-(admin|customer)-pass/);
    expect(startReport(system)).toContain('Added 82 movies and 478 showtimes.');
  });

  it('a moved clock is reported with its offset and the command that sets it back', () => {
    const clock = { now: new Date('2026-11-21T12:31:00Z'), offsetSeconds: 1_860 };
    expect(startReport({ ...system, clock })).toContain(
      '2026-11-21T12:31:00.000Z, 31 minutes ahead; DELETE http://127.0.0.1:3000/sandbox/clock',
    );
  });
});
