import type { Customer, HttpResponse } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

/** A clerk sells to one person after another, and all of it stands under the clerk's own account. */
describe('Sales by the box office', () => {
  let system: InProcessSystem;
  let clerk: Customer;
  let showtimeId: string;
  let token: string;

  beforeAll(async () => {
    system = await startInProcessSystem({ env: { MAX_HOLDS_PER_CUSTOMER: '4' }, worker: false });
    [clerk, token] = [await system.registerCustomer(), await system.adminToken()];
  }, 60_000);
  beforeEach(async () => {
    await setRole('PUT');
    ({ showtimeId } = await system.createShowtime({ rows: 5, seatsPerRow: 10 }));
  });
  afterAll(() => system?.close());

  const setRole = (method: 'PUT' | 'DELETE'): Promise<unknown> => system.expectOk(method, `/users/${clerk.id}/roles/box-office`, { token });
  const row = (letter: string): string[] => Array.from({ length: 10 }, (_, i) => `${letter}${i + 1}`);
  const sell = (seats: readonly string[]): Promise<HttpResponse> => system.hold(clerk, showtimeId, seats);

  it('sales go on beyond the limits of one customer, of a showtime and of all', async () => {
    const sales = [];
    for (const letter of 'ABCDE') sales.push(await sell(row(letter)));
    expect(sales.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await system.sql(`SELECT count(*)::int AS n FROM reservations.seat_claims WHERE showtime_id = $1`, [showtimeId])).toEqual([
      { n: 50 },
    ]);
  });

  it('sales of the same seats at the same moment succeed once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => sell(['A1', 'A2'])));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('a sale may be changed to other seats beyond the limit of a showtime', async () => {
    const first = await sell(row('A'));
    const second = await sell(['B1']);
    const changed = await system.put(`/reservations/${second.body.id}/seats`, { seats: ['C1'] }, { token: clerk.token });
    expect([first.status, second.status, changed.status]).toEqual([201, 201, 200]);
  });

  it('a sale of eleven seats is refused; without the role the limits apply', async () => {
    expect((await sell([...row('A'), 'B1'])).body.code).toBe('reservations.too-many-seats');
    await setRole('DELETE');
    expect((await sell(['A1'])).body.code).toBe('reservations.too-many-holds-in-all');
  });
});
