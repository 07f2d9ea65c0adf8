import type { Customer, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

describe('Holding seats', () => {
  let system: InProcessSystem;
  let anna: Customer;
  let ben: Customer;
  let scene: ShowtimeFixture;

  beforeAll(async () => {
    system = await startInProcessSystem();
    [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());
  beforeEach(async () => (scene = await system.createShowtime()));

  it('answers the whole reservation and where it is', async () => {
    const { status, body, headers } = await system.hold(anna, scene.showtimeId, ['A2', 'A1']);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/reservations/${body.id}`);
    expect(body).toMatchObject({
      status: 'held',
      code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/),
      showtime: { id: scene.showtimeId, startsAt: scene.startsAt, movie: { id: scene.movieId }, room: { name: 'Room 1' } },
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
    expect(await system.reservation(anna, body.id)).toEqual(body);
  });

  it('refuses a seat that someone else holds, and names it', async () => {
    await system.hold(anna, scene.showtimeId, ['B1', 'B2']);
    const { status, body, headers } = await system.hold(ben, scene.showtimeId, ['B2', 'B3']);
    expect(status).toBe(409);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 409, code: 'reservations.seats-taken', conflictingSeats: ['B2'] });
    expect((await system.hold(ben, scene.showtimeId, ['B3'])).status).toBe(201);
  });

  it('shows the seat as held, as mine to its owner only', async () => {
    await system.hold(anna, scene.showtimeId, ['C3']);
    const seatOf = async (token?: string): Promise<unknown> => {
      const { rows } = await system.expectOk('GET', `/showtimes/${scene.showtimeId}/seats`, { token });
      return rows[2].seats[2];
    };
    const seen = {
      label: 'C3',
      number: 3,
      column: 3,
      category: 'standard',
      accessible: false,
      companion: false,
      price: { amount: 1250, currency: 'EUR' },
    };
    expect(await seatOf(anna.token)).toEqual({ ...seen, status: 'held', mine: true });
    expect(await seatOf(ben.token)).toEqual({ ...seen, status: 'held' });
    expect(await seatOf()).toEqual({ ...seen, status: 'held' });
  });

  it('counts down the seats left', async () => {
    await system.hold(anna, scene.showtimeId, ['A1', 'A2', 'A3']);
    expect((await system.expectOk('GET', `/showtimes/${scene.showtimeId}`)).seatsLeft).toBe(8 * 12 - 3);
  });

  it.each([
    ['no seats', { seats: [] }, 400, '/seats'],
    ['a seat twice', { seats: ['A1', 'A1'] }, 400, '/seats'],
    ['a seat that is no text', { seats: [7] }, 400, '/seats'],
    ['a field nobody knows', { seats: ['A1'], vip: true }, 400, '/vip'],
    ['a showtime that is no id', { showtimeId: 'tonight', seats: ['A1'] }, 400, '/showtimeId'],
  ])('refuses %s and points at it', async (_, body, status, pointer) => {
    const answer = await system.post('/reservations', { showtimeId: scene.showtimeId, ...body }, { token: anna.token });
    expect(answer.status).toBe(status);
    expect(answer.body.errors).toEqual([{ pointer, message: expect.any(String) }]);
  });

  it('refuses seats the room does not have', async () => {
    const { status, body } = await system.hold(anna, scene.showtimeId, ['A1', 'Q99']);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'reservations.no-such-seat', unknownSeats: ['Q99'] });
  });

  it('refuses an eleventh seat', async () => {
    const seats = Array.from({ length: 11 }, (_, i) => `A${i + 1}`);
    expect((await system.hold(anna, scene.showtimeId, seats)).body).toMatchObject({ status: 422, code: 'reservations.too-many-seats' });
  });

  it('refuses a fourth hold and an eleventh active seat of one showing, not of another', async () => {
    for (const seat of ['A1', 'A2', 'A3']) expect((await system.hold(anna, scene.showtimeId, [seat])).status).toBe(201);
    expect((await system.hold(anna, scene.showtimeId, ['A4'])).body).toMatchObject({ status: 422, code: 'reservations.too-many-holds' });
    const nine = Array.from({ length: 9 }, (_, i) => `B${i + 1}`);
    expect((await system.hold(ben, scene.showtimeId, nine)).status).toBe(201);
    expect((await system.hold(ben, scene.showtimeId, ['C1', 'C2'])).body.code).toBe('reservations.too-many-seats-for-showtime');
    const another = await system.createShowtime();
    expect((await system.hold(anna, another.showtimeId, ['A4'])).status).toBe(201);
  });

  it('refuses an unknown showtime', async () => {
    const { status } = await system.hold(anna, '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11', ['A1']);
    expect(status).toBe(404);
  });

  it('needs a token', async () => {
    expect((await system.post('/reservations', { showtimeId: scene.showtimeId, seats: ['A1'] })).status).toBe(401);
  });

  it('keeps a reservation from everybody but its owner', async () => {
    const { body } = await system.hold(anna, scene.showtimeId, ['A1']);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/extend'],
      ['GET', '/cancellation'],
      ['POST', '/payment'],
      ['GET', '/payments'],
    ] as const) {
      expect((await system.call(method, `/reservations/${body.id}${path}`, { token: ben.token })).status).toBe(404);
    }
  });

  it('lists one customer’s own reservations, newest first, page by page', async () => {
    const clara = await system.registerCustomer();
    const made: string[] = [];
    for (const seat of ['D1', 'D2', 'D3']) made.unshift((await system.hold(clara, scene.showtimeId, [seat])).body.id);
    const first = await system.expectOk('GET', '/reservations?limit=2', { token: clara.token });
    const second = await system.expectOk('GET', `/reservations?limit=2&cursor=${first.page.nextCursor}`, { token: clara.token });
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made);
    expect(second.page.nextCursor).toBeNull();
    expect((await system.expectOk('GET', '/reservations?status=confirmed', { token: clara.token })).data).toEqual([]);
    expect((await system.expectOk('GET', '/reservations?when=upcoming', { token: clara.token })).data).toHaveLength(3);
  });

  it('can be extended once', async () => {
    const { body } = await system.hold(anna, scene.showtimeId, ['E1']);
    const { status, body: extended } = await system.call('POST', `/reservations/${body.id}/extend`, { token: anna.token });
    expect(status).toBe(200);
    expect(Date.parse(extended.heldUntil) - Date.parse(body.heldUntil)).toBe(10 * 60_000);
    const again = await system.call('POST', `/reservations/${body.id}/extend`, { token: anna.token });
    expect(again.body).toMatchObject({ status: 409, code: 'reservations.already-extended' });
  });

  it('can be given up, and the seat is free again', async () => {
    const { body } = await system.hold(anna, scene.showtimeId, ['F1']);
    const quote = await system.expectOk('GET', `/reservations/${body.id}/cancellation`, { token: anna.token });
    expect(quote).toEqual({
      cancellable: true,
      refund: { amount: 0, currency: 'EUR' },
      kept: { amount: 0, currency: 'EUR' },
      until: body.heldUntil,
    });
    const { status, body: cancelled } = await system.delete(`/reservations/${body.id}`, { token: anna.token });
    expect(status).toBe(200);
    expect(cancelled).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-customer', refund: null });
    expect((await system.hold(ben, scene.showtimeId, ['F1'])).status).toBe(201);
  });

  describe('with an idempotency key', () => {
    const key = (): Record<string, string> => ({ 'idempotency-key': crypto.randomUUID() });

    it('answers a repeat the same and holds nothing twice', async () => {
      const headers = key();
      const first = await system.hold(anna, scene.showtimeId, ['G1'], headers);
      const again = await system.hold(anna, scene.showtimeId, ['G1'], headers);
      expect(again.status).toBe(201);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(first.headers.get('idempotent-replayed')).toBeNull();
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
    });

    it('answers the first hold even after the seat has gone elsewhere', async () => {
      const headers = key();
      const first = await system.hold(anna, scene.showtimeId, ['G2'], headers);
      await system.delete(`/reservations/${first.body.id}`, { token: anna.token });
      await system.hold(ben, scene.showtimeId, ['G2']);
      expect((await system.hold(anna, scene.showtimeId, ['G2'], headers)).body).toEqual(first.body);
    });

    it('refuses the same key with another body', async () => {
      const headers = key();
      await system.hold(anna, scene.showtimeId, ['G3'], headers);
      const other = await system.hold(anna, scene.showtimeId, ['G4'], headers);
      expect(other.body).toMatchObject({ status: 422, code: 'platform.idempotency-key-reused' });
    });

    it('keeps the key of one customer apart from that of another', async () => {
      const headers = key();
      await system.hold(anna, scene.showtimeId, ['H1'], headers);
      expect((await system.hold(ben, scene.showtimeId, ['H2'], headers)).body.seats[0].label).toBe('H2');
    });

    it('forgets the key of a refused request', async () => {
      const headers = key();
      const rival = (await system.hold(ben, scene.showtimeId, ['H5'])).body;
      expect((await system.hold(anna, scene.showtimeId, ['H5'], headers)).status).toBe(409);
      await system.delete(`/reservations/${rival.id}`, { token: ben.token });
      expect((await system.hold(anna, scene.showtimeId, ['H5'], headers)).status).toBe(201);
    });

    it('gives twenty repeats at the same moment one hold', async () => {
      const headers = key();
      const answers = await Promise.all(Array.from({ length: 20 }, () => system.hold(anna, scene.showtimeId, ['H8'], headers)));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    });
  });
});

describe('A hold nobody pays', () => {
  let system: InProcessSystem;
  let anna: Customer;
  let ben: Customer;

  beforeAll(async () => {
    system = await startInProcessSystem();
    [anna, ben] = (await system.registerCustomers(2)) as [Customer, Customer];
  });
  afterAll(() => system.close());

  it('expires after half an hour, stays visible, and frees its seats', async () => {
    const scene = await system.createShowtime();
    const { body } = await system.hold(anna, scene.showtimeId, ['A1', 'A2']);
    await system.advanceClock({ minutes: 29 });
    expect((await system.reservation(anna, body.id)).status).toBe('held');
    await system.advanceClock({ minutes: 2 });
    await until(async () => (await system.reservation(anna, body.id)).status === 'expired', {
      timeoutMs: 5_000,
      what: 'the hold to expire',
    });
    expect(await system.reservation(anna, body.id)).toMatchObject({ endReason: 'unpaid', refund: null });
    expect((await system.hold(ben, scene.showtimeId, ['A1', 'A2'])).status).toBe(201);
    expect((await system.call('POST', `/reservations/${body.id}/extend`, { token: anna.token })).status).toBe(410);
    expect((await system.startPayment(anna, body.id)).status).toBe(410);
    const events = await system.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM messaging.outbox WHERE subject = $1 AND type = 'reservations.hold-expired.v1'`,
      [body.id],
    );
    expect(events[0]!.count).toBe(1);
  });

  it('gives its seats to the next customer even before anybody has swept it', async () => {
    const scene = await system.createShowtime();
    const { body } = await system.hold(anna, scene.showtimeId, ['A1']);
    await system.stopWorker();
    try {
      await system.advanceClock({ minutes: 31 });
      expect((await system.reservation(anna, body.id)).status).toBe('held');
      expect((await system.hold(ben, scene.showtimeId, ['A1'])).status).toBe(201);
      expect((await system.reservation(anna, body.id)).status).toBe('expired');
    } finally {
      await system.startWorker();
    }
  });

  it('does not count against its owner once its time is over', async () => {
    const scene = await system.createShowtime();
    for (const seat of ['A1', 'A2', 'A3']) await system.hold(anna, scene.showtimeId, [seat]);
    await system.stopWorker();
    try {
      await system.advanceClock({ minutes: 31 });
      expect((await system.hold(anna, scene.showtimeId, ['A4'])).status).toBe(201);
    } finally {
      await system.startWorker();
    }
  });

  it('is swept once, however many sweep', async () => {
    const scene = await system.createShowtime({ rows: 10, seatsPerRow: 10 });
    await system.stopWorker();
    const customers = await system.registerCustomers(10);
    const held = await Promise.all(
      customers.flatMap((customer, row) => [1, 2, 3].map((n) => system.hold(customer, scene.showtimeId, [`${'ABCDEFGHIJ'[row]}${n}`]))),
    );
    expect(held.every(({ status }) => status === 201)).toBe(true);
    await system.advanceClock({ minutes: 31 });
    await Promise.all([
      system.startWorker(),
      ...customers.map((customer, row) => system.hold(customer, scene.showtimeId, [`${'ABCDEFGHIJ'[row]}1`])),
    ]);
    const ids = held.map(({ body }) => body.id);
    const count = async (type: string): Promise<number> =>
      (
        await system.sql<{ count: number }>(`SELECT count(*)::int AS count FROM messaging.outbox WHERE subject = ANY ($1) AND type = $2`, [
          ids,
          type,
        ])
      )[0]!.count;
    await until(async () => (await count('reservations.hold-expired.v1')) >= 30, { timeoutMs: 10_000, what: 'thirty holds to expire' });
    expect(await count('reservations.hold-expired.v1')).toBe(30);
  });
});
