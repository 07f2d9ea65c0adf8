import { CorrectEndsWhenMovieChanged } from '../../../libs/showtimes/src/application/reactions/correct-ends-when-movie-changed.js';
import { ShowtimeEnds } from '../../../libs/showtimes/src/application/showtime-ends.js';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { ShowtimesClient } from './showtimes-client.js';

let client: ShowtimesClient;
beforeAll(async () => {
  client = await ShowtimesClient.start({ worker: true });
}, 60_000);
afterAll(() => client?.close());

const changeMovie = (movie: Json, body: Json): Promise<HttpResponse> =>
  client.system.patch(`/movies/${movie.id}`, body, { token: client.token });
const read = async (showtimeId: string): Promise<Json> => (await client.system.get(`/showtimes/${showtimeId}`)).body;
const runtimeOf = async (movie: Json): Promise<number> => (await client.system.get(`/movies/${movie.id}`)).body.runtimeMinutes;
const endsAt = async (showtimeId: string, expected: string): Promise<void> => {
  await until(async () => (await read(showtimeId)).endsAt === expected, { what: `the end ${expected}` });
};

/** A movie of 90 minutes at 20:00, and another one in the same room at 22:00. */
async function twoShowtimes(): Promise<{ movie: Json; room: Json; first: Json; next: Json }> {
  const [movie, room] = [await client.addMovie({ runtimeMinutes: 90 }), await client.openRoom()];
  const first = await client.createShowtime({ movie, room, startsAt: '2027-05-01T20:00:00Z' });
  const next = await client.createShowtime({ room, startsAt: '2027-05-01T22:00:00Z' });
  return { movie, room, first, next };
}

describe('PATCH /movies/:id with another runtime', () => {
  it('a runtime that overlaps with the next showtime is refused and changes nothing', async () => {
    const { movie, room, first, next } = await twoShowtimes();
    const { status, body } = await changeMovie(movie, { runtimeMinutes: 180, title: 'Longer' });
    expect([status, body.code]).toEqual([409, 'movies.runtime-overlaps-showtimes']);
    expect(body.overlappingShowtimes).toEqual([
      {
        id: first.id,
        startsAt: '2027-05-01T20:00:00.000Z',
        endsAt: '2027-05-01T23:00:00.000Z',
        roomFreeAt: '2027-05-01T23:15:00.000Z',
        room: { id: room.id, name: room.name },
        next: { id: next.id, startsAt: '2027-05-01T22:00:00.000Z' },
      },
    ]);
    expect(await runtimeOf(movie)).toBe(90);
    expect((await read(first.id)).endsAt).toBe('2027-05-01T21:30:00.000Z');
  });

  it('a runtime that fits moves the end of the showtimes ahead, with an event', async () => {
    const { movie, first } = await twoShowtimes();
    expect((await changeMovie(movie, { runtimeMinutes: 105 })).status).toBe(200);
    await endsAt(first.id, '2027-05-01T21:45:00.000Z');
    expect((await client.eventsOf(first.id)).map(({ type, data }) => [type, data.showtimeVersion, data.moved, data.endsAt])).toEqual([
      ['showtimes.showtime-scheduled.v1', 1, undefined, '2027-05-01T21:30:00.000Z'],
      ['showtimes.showtime-changed.v1', 2, false, '2027-05-01T21:45:00.000Z'],
    ]);
  });

  it('a showtime that starts within the new runtime is refused before the ends follow', async () => {
    const movie = await client.addMovie({ runtimeMinutes: 90 });
    const room = await client.openRoom();
    const first = await client.createShowtime({ movie, room, startsAt: '2027-05-01T20:00:00Z' });
    const release = withoutReaction();
    expect((await changeMovie(movie, { runtimeMinutes: 180 })).status).toBe(200);
    const { status, body } = await client.schedule(await client.addMovie(), room, '2027-05-01T22:00:00Z');
    expect([status, body.code, body.conflictingShowtime?.id]).toEqual([409, 'showtimes.overlap', first.id]);
    release();
    // The search runs every ten minutes.
    await client.system.advanceClock({ minutes: 11 });
    await endsAt(first.id, '2027-05-01T23:00:00.000Z');
  });

  it('without the check of the runtime the room would be used twice', async () => {
    const movie = await client.addMovie({ runtimeMinutes: 90 });
    const room = await client.openRoom();
    await client.createShowtime({ movie, room, startsAt: '2027-05-01T20:00:00Z' });
    const release = withoutReaction();
    const ends = client.system.api.get(ShowtimeEnds, { strict: false });
    Object.assign(ends, { assertRoomFree: async () => Promise.resolve() });
    await changeMovie(movie, { runtimeMinutes: 180 });
    expect((await client.schedule(await client.addMovie(), room, '2027-05-01T22:00:00Z')).status).toBe(201);
    delete (ends as Partial<ShowtimeEnds>).assertRoomFree;
    release();
  });

  it('scheduling waits for a runtime that is being changed, and is then refused', async () => {
    const movie = await client.addMovie({ runtimeMinutes: 90 });
    const room = await client.openRoom();
    await client.createShowtime({ movie, room, startsAt: '2027-05-01T20:00:00Z' });
    const other = await client.addMovie();
    const release = await client.openTransaction('SELECT 1 FROM movies.movies WHERE id = $1 FOR UPDATE', [movie.id]);
    const changed = changeMovie(movie, { runtimeMinutes: 180 });
    await client.waitForLockWait('transactionid');
    const scheduled = client.schedule(other, room, '2027-05-01T22:00:00Z');
    await client.waitForLockWait('advisory');
    await release();
    expect((await changed).status).toBe(200);
    expect((await scheduled).body).toMatchObject({ status: 409, code: 'showtimes.overlap' });
  });
});

describe('PATCH /rooms/:id with another cleaning time', () => {
  it('a cleaning time that overlaps is refused, one that fits is used ahead', async () => {
    const { room, first, next } = await twoShowtimes();
    const change = (cleaningMinutes: number) => client.system.patch(`/rooms/${room.id}`, { cleaningMinutes }, { token: client.token });
    const refused = await change(31);
    expect([refused.status, refused.body.code]).toEqual([409, 'rooms.cleaning-overlaps-showtimes']);
    expect(refused.body.overlappingShowtimes).toMatchObject([{ id: first.id, next: { id: next.id } }]);
    expect((await change(30)).status).toBe(200);
    await until(
      async () => {
        const [row] = await client.system.sql<{ free: Date }>('SELECT room_free_at AS free FROM showtimes.showtimes WHERE id = $1', [
          first.id,
        ]);
        return row!.free.toISOString() === '2027-05-01T22:00:00.000Z';
      },
      { what: 'the room to be free at ten' },
    );
  });
});

/** As if the event never came. */
function withoutReaction(): () => void {
  const reaction = client.system.worker!.get(CorrectEndsWhenMovieChanged, { strict: false });
  Object.assign(reaction, { handle: async () => Promise.resolve() });
  return () => void delete (reaction as Partial<CorrectEndsWhenMovieChanged>).handle;
}
