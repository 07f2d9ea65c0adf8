import { type Customer, type Json } from '../../support/http-client.js';
import { ShowtimesClient } from '../showtimes/showtimes-client.js';

const LAYOUT = ['ssss.ss', '.......', 'wc.pppp'];

describe('Seat map, quote and best seats', () => {
  let client: ShowtimesClient;
  let customer: Customer;
  let showtime: Json;
  let path: string;

  beforeAll(async () => {
    client = await ShowtimesClient.start();
    customer = await client.system.registerCustomer();
  });
  afterAll(() => client.close());
  beforeEach(async () => {
    showtime = await client.createShowtime({ room: await client.openRoom({ seatPlan: { layout: LAYOUT } }) });
    path = `/showtimes/${showtime.id}`;
  });

  it('the seat map tells grid, screen, limits, status and where each row is', async () => {
    const map = await client.system.expectOk('GET', `${path}/seats`);
    expect(map).toMatchObject({
      showtimeId: showtime.id,
      status: 'scheduled',
      salesOpenAt: null,
      grid: { rows: 3, columns: 7, screen: 'top' },
      limits: { seatsPerReservation: 10 },
      rows: [
        { row: 'A', line: 1 },
        { row: 'B', line: 3 },
      ],
    });
    expect(map.rows[1].seats.map(({ column, accessible, companion }: Json) => [column, accessible, companion])).toEqual([
      [1, true, false],
      [2, false, true],
      [4, false, false],
      [5, false, false],
      [6, false, false],
      [7, false, false],
    ]);
  });

  it('the seat map is that of the plan version of its showtime', async () => {
    const body = { layout: ['pp'] };
    await client.system.expectOk('PUT', `/rooms/${showtime.room.id}/seat-plan`, { token: client.token, body });
    expect((await client.system.expectOk('GET', `${path}/seats`)).grid).toEqual({ rows: 3, columns: 7, screen: 'top' });
  });

  it('a cancelled showtime still has a seat map, with its status', async () => {
    await client.cancel(showtime.id);
    expect((await client.system.expectOk('GET', `${path}/seats`)).status).toBe('cancelled');
  });

  it('the seat map of a customer has a tag of its own and is answered with 304', async () => {
    const visitor = await client.system.get(`${path}/seats`);
    await client.system.hold(customer, showtime.id, ['A1']);
    const mine = await client.system.get(`${path}/seats`, { token: customer.token });
    const etag = mine.headers.get('etag')!;
    expect(etag).not.toBe(visitor.headers.get('etag'));
    const again = await client.system.get(`${path}/seats`, { token: customer.token, headers: { 'if-none-match': etag } });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect((await client.system.get(`${path}/seats`, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('HEAD answers the seat map without its body', async () => {
    const { headers } = await client.system.get(`${path}/seats`);
    const head = await client.system.call('HEAD', `${path}/seats`);
    expect([head.status, head.body, head.headers.get('etag')]).toEqual([200, '', headers.get('etag')]);
  });

  it('a quote tells prices and total, and holds nothing', async () => {
    const { status, body } = await client.system.post(`${path}/quote`, { seats: ['B3', 'A1'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      seats: [
        { label: 'A1', category: 'standard', price: { amount: 1_200, currency: 'EUR' }, available: true },
        { label: 'B3', category: 'premium', price: { amount: 1_500, currency: 'EUR' }, available: true },
      ],
      total: { amount: 2_700, currency: 'EUR' },
      canBeHeld: true,
      refusals: [],
    });
    expect((await client.system.expectOk('GET', path)).seatsLeft).toBe(12);
  });

  it('a quote names everything that a hold would refuse, with its code', async () => {
    expect((await client.system.hold(customer, showtime.id, ['A1'])).status).toBe(201);
    await client.change(showtime.id, { salesOpenAt: await client.minutesAhead(60) });
    const { body } = await client.system.post(`${path}/quote`, { seats: ['A1', 'A2', 'Z9'] });
    expect(body.canBeHeld).toBe(false);
    expect(body.refusals.map(({ code, seats }: Json) => [code, seats])).toEqual([
      ['reservations.not-on-sale', []],
      ['reservations.no-such-seat', ['Z9']],
      ['reservations.seats-taken', ['A1']],
    ]);
    const taken = await client.system.post(`${path}/quote`, { seats: Array.from({ length: 11 }, (_, i) => `A${i + 1}`) });
    expect(taken.body.refusals.map(({ code }: Json) => code)).toContain('reservations.too-many-seats');
    expect((await client.system.post(`${path}/quote`, { seats: ['A1', 'A1'] })).status).toBe(400);
  });

  it('a quote and best seats of an unknown showtime are 404', async () => {
    const unknown = '/showtimes/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
    expect((await client.system.post(`${unknown}/quote`, { seats: ['A1'] })).status).toBe(404);
    expect((await client.system.post(`${unknown}/best-seats`, { count: 2 })).status).toBe(404);
  });

  it('the best seats are together, priced and explained', async () => {
    const { status, body } = await client.system.post(`${path}/best-seats`, { count: 2 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      together: true,
      groups: [{ row: 'B', seats: ['B3', 'B4'] }],
      total: { amount: 3_000, currency: 'EUR' },
      bestRow: 'B',
    });
    expect(body.reasons.map(({ code }: Json) => code)).toEqual(['together', 'no-single-seat-left', 'nearest-to-middle']);
    expect(body.explanation).toContain('side by side in row B');
    const { body: hold } = await client.system.hold(customer, showtime.id, body.groups[0].seats);
    expect(hold.total).toEqual(body.total);
    expect((await client.system.post(`${path}/best-seats`, { count: 2 })).body.groups).toEqual([{ row: 'B', seats: ['B5', 'B6'] }]);
  });

  it('who asks for an accessible seat gets it with its companion', async () => {
    const { body } = await client.system.post(`${path}/best-seats`, { count: 2, accessible: true });
    expect(body.groups).toEqual([{ row: 'B', seats: ['B1', 'B2'] }]);
    expect(body.reasons.map(({ code }: Json) => code)).toContain('accessible');
  });

  it('a group is divided in two where no row has room, and refused where that fails', async () => {
    const five = await client.system.post(`${path}/best-seats`, { count: 6 });
    expect(five.body).toMatchObject({ together: false });
    expect(five.body.reasons[0].code).toBe('two-groups');
    const { status, body } = await client.system.post(`${path}/best-seats`, { count: 5, category: 'premium' });
    expect([status, body]).toMatchObject([409, { code: 'reservations.no-seats-together', requested: 5, mostTogether: 4, seatsLeft: 12 }]);
  });

  it.each([{ count: 0 }, { count: 11 }, { count: 2, category: 'royal' }, { count: 2, accessible: 'yes' }, {}])(
    'best seats of %j are refused with 400',
    async (body) => expect((await client.system.post(`${path}/best-seats`, body)).status).toBe(400),
  );

  it('best seats of a cancelled showtime are refused', async () => {
    await client.cancel(showtime.id);
    expect((await client.system.post(`${path}/best-seats`, { count: 2 })).body.code).toBe('reservations.showtime-cancelled');
  });
});
