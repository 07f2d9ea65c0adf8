import type { Customer, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('Holding seats', () => {
  let system: InProcessSystem;
  let customer: Customer;
  let other: Customer;
  let showtime: ShowtimeFixture;

  beforeAll(async () => {
    system = await startInProcessSystem();
    [customer, other] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());
  beforeEach(async () => (showtime = await system.createShowtime()));

  it('a hold returns the whole reservation and its location', async () => {
    const { status, body, headers } = await system.hold(customer, showtime.showtimeId, ['A2', 'A1']);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/reservations/${body.id}`);
    expect(body).toMatchObject({
      status: 'held',
      code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/),
      showtime: { id: showtime.showtimeId, startsAt: showtime.startsAt, movie: { id: showtime.movieId }, room: { name: 'Room 1' } },
      seats: [
        { label: 'A1', category: 'standard', price: { amount: 1250, currency: 'EUR' } },
        { label: 'A2', category: 'standard', price: { amount: 1250, currency: 'EUR' } },
      ],
      total: { amount: 2500, currency: 'EUR' },
      late: false,
      confirmedAt: null,
      endedAt: null,
      endReason: null,
      refund: null,
    });
    expect(body.secondsLeft).toBeGreaterThan(29 * 60);
    expect(await system.reservation(customer, body.id)).toEqual({ ...body, secondsLeft: expect.any(Number) });
  });

  it('an id in capitals names the same showtime', async () => {
    const { status, body } = await system.hold(customer, showtime.showtimeId.toUpperCase(), ['G1']);
    expect([status, body.showtime.id]).toEqual([201, showtime.showtimeId]);
  });

  it('a seat held by another customer is refused with 409 and named', async () => {
    await system.hold(customer, showtime.showtimeId, ['B1', 'B2']);
    const { status, body, headers } = await system.hold(other, showtime.showtimeId, ['B2', 'B3']);
    expect(status).toBe(409);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 409, code: 'reservations.seats-taken', conflictingSeats: ['B2'] });
    expect((await system.hold(other, showtime.showtimeId, ['B3'])).status).toBe(201);
  });

  it('a held seat is shown as held, and as mine to its owner only', async () => {
    await system.hold(customer, showtime.showtimeId, ['C3']);
    const readSeat = async (token?: string): Promise<unknown> => {
      const { rows } = await system.expectOk('GET', `/showtimes/${showtime.showtimeId}/seats`, { token });
      return rows[2].seats[2];
    };
    const seat = {
      label: 'C3',
      number: 3,
      column: 3,
      category: 'standard',
      accessible: false,
      companion: false,
      price: { amount: 1250, currency: 'EUR' },
    };
    expect(await readSeat(customer.token)).toEqual({ ...seat, status: 'held', mine: true });
    expect(await readSeat(other.token)).toEqual({ ...seat, status: 'held' });
    expect(await readSeat()).toEqual({ ...seat, status: 'held' });
  });

  it('a hold reduces the seats left of the showtime', async () => {
    await system.hold(customer, showtime.showtimeId, ['A1', 'A2', 'A3']);
    expect((await system.expectOk('GET', `/showtimes/${showtime.showtimeId}`)).seatsLeft).toBe(8 * 12 - 3);
  });

  it.each([
    ['no seats', { seats: [] }, 400, '/seats'],
    ['a seat twice', { seats: ['A1', 'A1'] }, 400, '/seats'],
    ['a seat that is no text', { seats: [7] }, 400, '/seats'],
    ['an unknown field', { seats: ['A1'], vip: true }, 400, '/vip'],
    ['a showtime that is no id', { showtimeId: 'tonight', seats: ['A1'] }, 400, '/showtimeId'],
  ])('a hold with %s is refused and points at it', async (_, body, status, pointer) => {
    const response = await system.post('/reservations', { showtimeId: showtime.showtimeId, ...body }, { token: customer.token });
    expect(response.status).toBe(status);
    expect(response.body.errors).toEqual([{ pointer, rule: expect.any(String), message: expect.any(String) }]);
  });

  it('an unknown seat is refused with 422 and named', async () => {
    const { status, body } = await system.hold(customer, showtime.showtimeId, ['A1', 'Q99']);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'reservations.no-such-seat', unknownSeats: ['Q99'] });
  });

  it('a hold of eleven seats is refused with 422', async () => {
    const seats = Array.from({ length: 11 }, (_, i) => `A${i + 1}`);
    const { body } = await system.hold(customer, showtime.showtimeId, seats);
    expect(body).toMatchObject({ status: 422, code: 'reservations.too-many-seats' });
  });

  it('a customer has at most three holds and ten seats of one showtime', async () => {
    const { showtimeId } = showtime;
    for (const seat of ['A1', 'A2', 'A3']) expect((await system.hold(customer, showtimeId, [seat])).status).toBe(201);
    expect((await system.hold(customer, showtimeId, ['A4'])).body).toMatchObject({ status: 422, code: 'reservations.too-many-holds' });
    const nine = Array.from({ length: 9 }, (_, i) => `B${i + 1}`);
    expect((await system.hold(other, showtimeId, nine)).status).toBe(201);
    expect((await system.hold(other, showtimeId, ['C1', 'C2'])).body.code).toBe('reservations.too-many-seats-for-showtime');
    const another = await system.createShowtime();
    expect((await system.hold(customer, another.showtimeId, ['A4'])).status).toBe(201);
  });

  it('a hold of an unknown showtime is refused with 404', async () => {
    const { status } = await system.hold(customer, '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11', ['A1']);
    expect(status).toBe(404);
  });

  it('a hold without a token is refused with 401', async () => {
    expect((await system.post('/reservations', { showtimeId: showtime.showtimeId, seats: ['A1'] })).status).toBe(401);
  });

  it('a reservation is not found by another customer', async () => {
    const { body } = await system.hold(customer, showtime.showtimeId, ['A1']);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/extend'],
      ['GET', '/cancellation'],
      ['POST', '/payment'],
      ['GET', '/payments'],
    ] as const) {
      expect((await system.call(method, `/reservations/${body.id}${path}`, { token: other.token })).status).toBe(404);
    }
  });

  it('reservations are listed to their owner, newest first, page by page', async () => {
    const { token, ...owner } = await system.registerCustomer();
    const made: string[] = [];
    for (const seat of ['D1', 'D2', 'D3']) made.unshift((await system.hold({ token, ...owner }, showtime.showtimeId, [seat])).body.id);
    const first = await system.expectOk('GET', '/reservations?limit=2', { token });
    const second = await system.expectOk('GET', `/reservations?limit=2&cursor=${first.page.nextCursor}`, { token });
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made);
    expect(second.page.nextCursor).toBeNull();
    expect((await system.expectOk('GET', '/reservations?status=confirmed', { token })).data).toEqual([]);
    expect((await system.expectOk('GET', '/reservations?when=upcoming', { token })).data).toHaveLength(3);
    expect((await system.expectOk('GET', '/reservations?when=past', { token })).data).toEqual([]);
  });

  it('a hold can be extended once, by ten minutes', async () => {
    const { body } = await system.hold(customer, showtime.showtimeId, ['E1']);
    const { status, body: extended } = await system.call('POST', `/reservations/${body.id}/extend`, { token: customer.token });
    expect(status).toBe(200);
    expect(Date.parse(extended.heldUntil) - Date.parse(body.heldUntil)).toBe(10 * 60_000);
    const again = await system.call('POST', `/reservations/${body.id}/extend`, { token: customer.token });
    expect(again.body).toMatchObject({ status: 409, code: 'reservations.already-extended' });
  });

  it('a hold can be cancelled, which frees its seats', async () => {
    const { body } = await system.hold(customer, showtime.showtimeId, ['F1']);
    const quote = await system.expectOk('GET', `/reservations/${body.id}/cancellation`, { token: customer.token });
    expect(quote).toEqual({
      cancellable: true,
      refund: { amount: 0, currency: 'EUR' },
      kept: { amount: 0, currency: 'EUR' },
      until: body.heldUntil,
    });
    const { status, body: cancelled } = await system.delete(`/reservations/${body.id}`, { token: customer.token });
    expect(status).toBe(200);
    expect(cancelled).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-customer', refund: null });
    expect((await system.hold(other, showtime.showtimeId, ['F1'])).status).toBe(201);
  });
});
