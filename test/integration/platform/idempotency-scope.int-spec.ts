import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

describe('An idempotency key', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
  }, 60_000);
  afterAll(() => system?.close());

  async function postEach(paths: readonly string[], body: object, { token, key }: { token: string; key: string }) {
    const answers = [];
    for (const path of paths) answers.push(await system.post(path, body, { token, headers: { 'idempotency-key': key } }));
    return answers;
  }

  it('one key makes one movie, however the path is written', async () => {
    const movie = { title: 'Arrival', description: 'They write in circles.', runtimeMinutes: 116 };
    const paths = ['/movies', '/movies/', '/%6dovies', '//%61pi/v1/movies'];
    const answers = await postEach(paths, movie, { token: await system.adminToken(), key: 'one-movie' });
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true', 'true', 'true']);
  });

  it('one key makes one room of a theatre, in any case of its id', async () => {
    const { theatreId } = await system.createShowtime();
    const room = { name: 'Room 2', seatPlan: { rows: 2, seatsPerRow: 2 } };
    const paths = [`/theatres/${theatreId}/rooms`, `/theatres/${theatreId.toUpperCase()}/rooms/`];
    const answers = await postEach(paths, room, { token: await system.adminToken(), key: 'one-room' });
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[1]!.body.id).toBe(answers[0]!.body.id);
  });

  it('a repeated hold is answered with the hold, not with seats taken', async () => {
    const { showtimeId } = await system.createShowtime();
    const { token } = await system.registerCustomer();
    const answers = await postEach(
      ['/reservations', '/reservations/', '/r%65servations'],
      { showtimeId, seats: ['A1'] },
      { token, key: 'hold' },
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('the same key of another theatre or another user is another key', async () => {
    const [one, other] = [await system.createShowtime(), await system.createShowtime()];
    const room = { name: 'Room 2', seatPlan: { rows: 2, seatsPerRow: 2 } };
    const paths = [`/theatres/${one.theatreId}/rooms`, `/theatres/${other.theatreId}/rooms`];
    const rooms = await postEach(paths, room, { token: await system.adminToken(), key: 'two-rooms' });
    expect(new Set(rooms.map(({ body }) => body.id)).size).toBe(2);
    const customers = await system.registerCustomers(2);
    for (const [index, { token }] of customers.entries()) {
      const body = { showtimeId: one.showtimeId, seats: [`B${index + 1}`] };
      const [held] = await postEach(['/reservations'], body, { token, key: 'same' });
      expect([held!.status, held!.headers.get('idempotent-replayed')]).toEqual([201, null]);
    }
  });
});
