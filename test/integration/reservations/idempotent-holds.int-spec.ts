import type { Customer, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('A hold with an idempotency key', () => {
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

  const newKey = (): Record<string, string> => ({ 'idempotency-key': crypto.randomUUID() });
  const hold = (by: Customer, seat: string, headers?: Record<string, string>) => system.hold(by, showtime.showtimeId, [seat], headers);

  it('a repeated hold is answered the same and holds nothing twice', async () => {
    const headers = newKey();
    const first = await hold(customer, 'G1', headers);
    const again = await hold(customer, 'G1', headers);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('a repeated hold is answered the same when the seat is taken by then', async () => {
    const headers = newKey();
    const first = await hold(customer, 'G2', headers);
    await system.delete(`/reservations/${first.body.id}`, { token: customer.token });
    await hold(other, 'G2');
    expect((await hold(customer, 'G2', headers)).body).toEqual(first.body);
  });

  it('a repeated hold is answered the same when it had to expire another', async () => {
    await hold(other, 'G5');
    await system.stopWorker();
    try {
      await system.advanceClock({ minutes: 31 });
      const headers = newKey();
      const first = await hold(customer, 'G5', headers);
      expect(first.status).toBe(201);
      const again = await hold(customer, 'G5', headers);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    } finally {
      await system.startWorker();
    }
  });

  it('a hold with a used key and another body is refused', async () => {
    const headers = newKey();
    await hold(customer, 'G3', headers);
    const changed = await hold(customer, 'G4', headers);
    expect(changed.body).toMatchObject({ status: 422, code: 'platform.idempotency-key-reused' });
  });

  it('a key of one customer is apart from that of another', async () => {
    const headers = newKey();
    await hold(customer, 'H1', headers);
    expect((await hold(other, 'H2', headers)).body.seats[0].label).toBe('H2');
  });

  it('a refused hold leaves its key free', async () => {
    const headers = newKey();
    const rival = (await hold(other, 'H5')).body;
    expect((await hold(customer, 'H5', headers)).status).toBe(409);
    await system.delete(`/reservations/${rival.id}`, { token: other.token });
    expect((await hold(customer, 'H5', headers)).status).toBe(201);
  });

  it('a hold sent twenty times at the same time is made once', async () => {
    const headers = newKey();
    const responses = await Promise.all(Array.from({ length: 20 }, () => hold(customer, 'H8', headers)));
    expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(responses.map(({ body }) => body.id)).size).toBe(1);
  });
});
