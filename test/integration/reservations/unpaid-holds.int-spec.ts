import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Holds that nobody pays', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({ env: { MAX_UNPAID_HOLD_MINUTES: '60' } });
  }, 60_000);
  afterAll(() => system?.close());

  it('a customer who let holds expire for too long holds no more of that showtime', async () => {
    const [showtime, other] = [await system.createShowtime(), await system.createShowtime()];
    const [customer, another] = await system.registerCustomers(2);
    for (let i = 0; i < 2; i++) {
      expect((await system.hold(customer!, showtime.showtimeId, ['A1'])).status).toBe(201);
      await system.advanceClock({ minutes: 31 });
      await until(async () => (await system.sql(`SELECT FROM reservations.reservations WHERE status = 'held'`)).length === 0, {
        what: 'the hold to expire',
      });
    }
    const refused = await system.hold(customer!, showtime.showtimeId, ['A2']);
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'reservations.unpaid-holds-too-long', limitMinutes: 60 }]);
    expect((await system.hold(customer!, other.showtimeId, ['A2'])).status).toBe(201);
    expect((await system.hold(another!, showtime.showtimeId, ['A2'])).status).toBe(201);
  }, 60_000);

  it('the holds of a user who is deactivated end, and the seats are free', async () => {
    const [{ showtimeId }, [customer, another], token] = [
      await system.createShowtime(),
      await system.registerCustomers(2),
      await system.adminToken(),
    ];
    expect((await system.hold(customer!, showtimeId, ['A1'])).status).toBe(201);
    await system.expectOk('POST', `/users/${customer!.id}/deactivate`, { token });
    await until(async () => (await system.hold(another!, showtimeId, ['A1'])).status === 201, { what: 'the seat to be free' });
  }, 60_000);
});
