import { randomUUID } from 'node:crypto';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { assertInvariants } from '../../support/invariants.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

let system: InProcessSystem;
beforeAll(async () => {
  system = await startInProcessSystem();
});
afterAll(() => system?.close());

const retire = async (movieId: string, query = '') => system.delete(`/movies/${movieId}${query}`, { token: await system.adminToken() });
const eventsOf = (movieId: string) =>
  system.sql<{ type: string; data: object }>(
    'SELECT type, data FROM messaging.outbox WHERE subject = $1 AND sequence > 1 ORDER BY sequence',
    [movieId],
  );
const addMovie = async (): Promise<string> => {
  const body = { title: `Movie ${randomUUID()}`, description: 'About waiting.', runtimeMinutes: 100 };
  return (await system.expectOk('POST', '/movies', { token: await system.adminToken(), body })).id as string;
};

describe('DELETE /movies/:id', () => {
  it('every request to retire a movie answers it, and one event is published', async () => {
    const movieId = await addMovie();
    const answers = await Promise.all([retire(movieId), retire(movieId), retire(movieId)]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { id: movieId, status: 'retired' } });
    expect(await eventsOf(movieId)).toEqual([{ type: 'movies.movie-retired.v1', data: { movieId, cancelShowtimes: false, reason: null } }]);
  });

  it('a movie with showtimes ahead is refused with 409', async () => {
    const { movieId } = await system.createShowtime();
    expect(await retire(movieId)).toMatchObject({ status: 409, body: { code: 'movies.movie-has-showtimes', showtimesAhead: 1 } });
    expect((await system.get(`/movies/${movieId}`)).body).toMatchObject({ status: 'active' });
    expect(await eventsOf(movieId)).toEqual([]);
  });

  it('cancelShowtimes cancels the showtimes of the movie too', async () => {
    const { movieId, showtimeId } = await system.createShowtime();
    expect(await retire(movieId, '?cancelShowtimes=true')).toMatchObject({ status: 200, body: { status: 'retired' } });
    await until(async () => (await system.get(`/showtimes/${showtimeId}`)).body.status === 'cancelled', {
      what: 'the showtime to be cancelled',
    });
  });

  it('who bought gets everything back, though the message comes after the showtime', async () => {
    const customer = await system.registerCustomer();
    const { movieId, showtimeId } = await system.createShowtime({ startsInMinutes: 30 });
    const { id } = await buyTicket(system, customer, showtimeId, ['A1']);
    await system.stopWorker();
    expect((await retire(movieId, '?cancelShowtimes=true')).status).toBe(200);
    await system.advanceClock({ minutes: 300 });
    await system.startWorker();
    const refund = { amount: { amount: 1_250 }, status: 'succeeded' };
    await until(async () => (await system.reservation(customer, id)).refund?.status === 'succeeded', { what: 'the refund' });
    expect(await system.reservation(customer, id)).toMatchObject({ status: 'cancelled', endReason: 'cancelled-by-cinema', refund });
    await assertInvariants(system);
  });

  it('a retired movie cannot be scheduled', async () => {
    const { movieId, roomId } = await system.createShowtime();
    await retire(movieId, '?cancelShowtimes=true');
    const startsAt = new Date((await system.now()).getTime() + 72 * 3_600_000).toISOString();
    const body = { movieId, roomId, startsAt, prices: { standard: 1_000 } };
    expect((await system.call('POST', '/showtimes', { token: await system.adminToken(), body })).status).toBe(422);
  });

  it('malformed requests, unknown movies and customers are refused', async () => {
    const movieId = await addMovie();
    for (const query of ['?cancelShowtimes=yes', '?cancelShowtimes=', '?cancel=true'])
      expect((await retire(movieId, query)).status).toBe(400);
    expect((await retire(randomUUID())).status).toBe(404);
    expect((await retire('42')).status).toBe(400);
    expect((await system.delete(`/movies/${movieId}`, { token: (await system.registerCustomer()).token })).status).toBe(403);
  });
});
