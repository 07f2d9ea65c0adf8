import { randomUUID } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { EverScheduledIn, ShowtimesAhead, ShowtimesByIds } from '@app/contracts/showtimes.js';
import type { Json } from '../../support/http-client.js';
import { ShowtimesClient } from './showtimes-client.js';

let client: ShowtimesClient;
beforeAll(async () => {
  client = await ShowtimesClient.start();
}, 60_000);
afterAll(() => client?.close());

const idsOf = async (path: string): Promise<string[]> => {
  const { status, body } = await client.system.get(path);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body.data.map(({ id }: Json) => id);
};
const ask = () => client.system.api.get(QueryBus);
const forged = (start: string): string => Buffer.from(JSON.stringify([start, randomUUID()])).toString('base64url');

describe('GET /showtimes', () => {
  it('showtimes are listed by start, of a room, a movie or a theatre', async () => {
    const [movie, room, other] = [await client.addMovie(), await client.openRoom(), await client.openRoom()];
    const late = await client.createShowtime({ movie, room, startsAt: '2027-05-01T22:00' });
    const early = await client.createShowtime({ movie, room: other, startsAt: '2027-05-01T18:00' });
    const foreign = await client.createShowtime({ room, startsAt: '2027-05-01T14:00' });
    expect(await idsOf(`/showtimes?movieId=${movie.id}`)).toEqual([early.id, late.id]);
    expect(await idsOf(`/showtimes?roomId=${room.id}`)).toEqual([foreign.id, late.id]);
    expect(await idsOf(`/showtimes?movieId=${movie.id}&roomId=${room.id}`)).toEqual([late.id]);
    expect(await idsOf(`/showtimes?theatreId=${client.theatre.id}&date=2027-05-01`)).toEqual([foreign.id, early.id, late.id]);
    expect(await idsOf(`/showtimes?theatreId=${randomUUID()}`)).toEqual([]);
    expect(await idsOf(`/movies/${movie.id}/showtimes`)).toEqual([early.id, late.id]);
  });

  it('several values of a filter are separated by commas, and the latest can be first', async () => {
    const [movie, room, other] = [await client.addMovie(), await client.openRoom(), await client.openRoom()];
    const late = await client.createShowtime({ movie, room, startsAt: '2027-06-01T22:00' });
    const early = await client.createShowtime({ movie, room: other, startsAt: '2027-06-01T18:00' });
    const rooms = `roomId=${room.id},${other.id}`;
    expect(await idsOf(`/showtimes?${rooms}`)).toEqual([early.id, late.id]);
    expect(await idsOf(`/showtimes?${rooms}&sort=-startsAt`)).toEqual([late.id, early.id]);
    expect(await idsOf(`/showtimes?movieId=${randomUUID()},${movie.id}&roomId=${room.id}`)).toEqual([late.id]);
    const { body: first } = await client.system.get(`/showtimes?${rooms}&sort=-startsAt&limit=1`);
    expect(await idsOf(`/showtimes?${rooms}&sort=-startsAt&limit=1&cursor=${first.page.nextCursor}`)).toEqual([early.id]);
  });

  it.each(['roomId=1', `roomId=${randomUUID()},`, `roomId=${Array.from({ length: 21 }, randomUUID).join()}`, 'sort=price'])(
    'a list with %s is refused with 400',
    async (query) => expect((await client.system.get(`/showtimes?${query}`)).status).toBe(400),
  );

  it('a date is the local day of each theatre', async () => {
    const movie = await client.addMovie();
    const auckland = await client.openTheatre({ timeZone: 'Pacific/Auckland', currency: 'NZD' });
    const honolulu = await client.openTheatre({ timeZone: 'Pacific/Honolulu', currency: 'USD' });
    const of = (theatre: Json, startsAt: string) =>
      client.openRoom({}, theatre.id).then((room) => client.createShowtime({ movie, room, startsAt }));
    const inAuckland = await of(auckland, '2027-06-15T00:30');
    const inHonolulu = await of(honolulu, '2027-06-15T23:30');
    const dayAfter = await of(honolulu, '2027-06-16T00:30');
    expect(Date.parse(inHonolulu.startsAt) - Date.parse(inAuckland.startsAt)).toBe(45 * 3_600_000);
    expect(await idsOf(`/showtimes?date=2027-06-15&movieId=${movie.id}`)).toEqual([inAuckland.id, inHonolulu.id]);
    expect(await idsOf(`/showtimes?date=2027-06-16&movieId=${movie.id}`)).toEqual([dayAfter.id]);
    expect(await idsOf(`/showtimes?date=2027-06-15&movieId=${movie.id}&theatreId=${honolulu.id}`)).toEqual([inHonolulu.id]);
  });

  it('from is included in the range, and to is not', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const [ten, noon, two] = [
      await client.createShowtime({ movie, room, startsAt: '2027-05-02T10:00:00Z' }),
      await client.createShowtime({ movie, room, startsAt: '2027-05-02T12:00:00Z' }),
      await client.createShowtime({ movie, room, startsAt: '2027-05-02T14:00:00Z' }),
    ];
    const between = (query: string): Promise<string[]> => idsOf(`/showtimes?movieId=${movie.id}&${query}`);
    expect(await between('from=2027-05-02T10:00:00Z&to=2027-05-02T14:00:00Z')).toEqual([ten.id, noon.id]);
    expect(await between('from=2027-05-02T14:00:00%2B02:00')).toEqual([noon.id, two.id]);
    expect(await between('from=2027-05-02T14:00:00+02:00')).toEqual([noon.id, two.id]);
    expect(await between('to=2027-05-02T12:00:00Z')).toEqual([ten.id]);
    expect(await between('from=2027-05-02T14:00:00Z&to=2027-05-02T10:00:00Z')).toEqual([]);
    expect(await between('from=0000-01-01T00:00:00Z&to=2027-05-03T12:00:00%2B23:59')).toEqual([ten.id, noon.id]);
  });

  it('pages list each showtime once while another is scheduled', async () => {
    const movie = await client.addMovie();
    const rooms = await Promise.all([1, 2, 3, 4, 5].map(() => client.openRoom()));
    const all: string[] = [];
    // All start at the same time, so the id decides.
    for (const room of rooms) all.push((await client.createShowtime({ movie, room, startsAt: '2027-05-03T20:00' })).id);
    const first = (await client.system.get(`/showtimes?movieId=${movie.id}&limit=2`)).body;
    await client.createShowtime({ movie, startsAt: '2027-05-03T19:00' });
    const second = (await client.system.get(`/showtimes?movieId=${movie.id}&limit=2&cursor=${first.page.nextCursor}`)).body;
    const third = (await client.system.get(`/showtimes?movieId=${movie.id}&limit=2&cursor=${second.page.nextCursor}`)).body;
    expect([...first.data, ...second.data, ...third.data].map(({ id }: Json) => id)).toEqual([...all].sort());
    expect(third.page.nextCursor).toBeNull();
  });

  it('cancelled showtimes are listed only on request', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const cancelled = await client.createShowtime({ movie, room, startsAt: '2027-05-04T20:00' });
    await client.cancel(cancelled.id);
    const instead = await client.createShowtime({ movie, room, startsAt: '2027-05-04T20:00' });
    expect(await idsOf(`/showtimes?movieId=${movie.id}`)).toEqual([instead.id]);
    expect(await idsOf(`/showtimes?movieId=${movie.id}&status=cancelled`)).toEqual([cancelled.id]);
    expect(await idsOf(`/movies/${movie.id}/showtimes`)).toEqual([instead.id]);
  });

  it('a list has the number of seats left', async () => {
    const { system } = client;
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const [one, two] = [
      await client.createShowtime({ movie, room, startsAt: '2027-05-05T18:00' }),
      await client.createShowtime({ movie, room, startsAt: '2027-05-05T22:00' }),
    ];
    expect((await system.hold(await system.registerCustomer(), one.id, ['A1', 'B2'])).status).toBe(201);
    const { body } = await system.get(`/showtimes?movieId=${movie.id}`);
    expect(body.data.map(({ id, seatsLeft }: Json) => [id, seatsLeft])).toEqual([
      [one.id, 3],
      [two.id, 5],
    ]);
    expect((await system.get(`/showtimes/${one.id}`)).body.seatsLeft).toBe(3);
  });

  it.each([
    '/showtimes?date=tomorrow',
    '/showtimes?date=2027-02-29',
    '/showtimes?date=',
    '/showtimes?from=2027-05-02',
    '/showtimes?from=2027-05-02T10:00:00',
    '/showtimes?to=never',
    '/showtimes?movieId=1',
    '/showtimes?roomId=',
    '/showtimes?status=sold-out',
    '/showtimes?sort=title',
    '/showtimes?limit=1000',
    '/showtimes?cursor=e30',
    `/showtimes?cursor=${forged('2027-02-30T10:00:00.000Z')}`,
    `/showtimes?cursor=${forged('0000-01-01T10:00:00.000Z')}`,
    '/showtimes?date=2027-05-02&date=2027-05-03',
    '/showtimes/1',
    '/movies/1/showtimes',
  ])('%s is refused with 400', async (path) => {
    expect((await client.system.get(path)).status).toBe(400);
  });

  it('unknown showtimes and movies are answered with 404', async () => {
    expect((await client.system.get(`/showtimes/${randomUUID()}`)).body).toMatchObject({
      status: 404,
      code: 'showtimes.showtime-not-found',
    });
    expect((await client.system.get(`/movies/${randomUUID()}/showtimes`)).body).toMatchObject({
      status: 404,
      code: 'showtimes.movie-not-found',
    });
  });
});

describe('ShowtimesByIds and EverScheduledIn', () => {
  it('other contexts get the showtimes of their ids, without the unknown ones', async () => {
    const showtime = await client.createShowtime();
    await client.change(showtime.id, { prices: { standard: 1_300 } });
    await client.cancel(showtime.id);
    const { id, movie, theatre, room, startsAt, startsAtLocal, endsAt } = showtime;
    expect(await ask().execute(new ShowtimesByIds([id, randomUUID()]))).toEqual([
      {
        id,
        version: 3,
        status: 'cancelled',
        movie,
        theatre,
        room,
        seatPlanVersion: 1,
        startsAt,
        startsAtLocal,
        endsAt,
        currency: 'EUR',
        prices: { standard: 1_300, premium: 1_500 },
        salesOpenAt: null,
      },
    ]);
    expect(await ask().execute(new ShowtimesByIds([]))).toEqual([]);
  });

  it('a theatre with a cancelled showtime was ever scheduled in', async () => {
    const [one, other] = [await client.openTheatre(), await client.openTheatre()];
    const [used, unused] = [await client.openRoom({}, one.id), await client.openRoom({}, other.id)];
    await client.cancel((await client.createShowtime({ room: used })).id);
    expect(await ask().execute(new EverScheduledIn(one.id, [used.id]))).toBe(true);
    expect(await ask().execute(new EverScheduledIn(other.id, [unused.id]))).toBe(false);
  });
});

describe('The clock', () => {
  it('a started showtime is not ahead for its movie, an ended one not for its room', async () => {
    const [movie, room] = [await client.addMovie(), await client.openRoom()];
    const soon = await client.createShowtime({ movie, room, startsAt: await client.minutesAhead(10) });
    const later = await client.createShowtime({ movie, room, startsAt: await client.minutesAhead(400) });
    const ahead = () => Promise.all([{ movieId: movie.id }, { roomId: room.id }].map((of) => ask().execute(new ShowtimesAhead(of))));
    expect(await ahead()).toEqual([2, 2]);

    await client.system.advanceClock({ minutes: 11 });
    expect(await idsOf(`/showtimes?movieId=${movie.id}`)).toEqual([later.id]);
    expect(await idsOf(`/movies/${movie.id}/showtimes`)).toEqual([later.id]);
    expect(await idsOf(`/showtimes?movieId=${movie.id}&from=${soon.startsAt}`)).toEqual([soon.id, later.id]);
    expect(await ahead()).toEqual([1, 2]);
    expect((await client.change(soon.id, { prices: { standard: 1_300 } })).body).toMatchObject({
      status: 422,
      code: 'showtimes.showtime-started',
    });
    expect((await client.change(soon.id, { startsAt: '2027-12-01T20:00' })).body.code).toBe('showtimes.showtime-started');
    expect((await client.cancel(soon.id)).body).toMatchObject({ status: 422, code: 'showtimes.showtime-started' });

    await client.system.advanceClock({ minutes: 100 });
    expect(await ahead()).toEqual([1, 1]);
  });
});
