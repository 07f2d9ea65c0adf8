import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryBus } from '@nestjs/cqrs';
import { EverScheduledIn, ShowtimesAhead, ShowtimesByIds } from '@app/contracts/showtimes.js';
import type { Json } from '../../support/http-client.js';
import { Programme } from './programme.js';

let programme: Programme;
beforeAll(async () => {
  programme = await Programme.open();
}, 60_000);
afterAll(() => programme?.close());

const idsOf = async (path: string): Promise<string[]> => {
  const { status, body } = await programme.system.get(path);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body.data.map(({ id }: Json) => id);
};
const ask = () => programme.system.api.get(QueryBus);
const forged = (start: string): string => Buffer.from(JSON.stringify([start, randomUUID()])).toString('base64url');

describe('Showtimes', () => {
  it('are listed by start, of a room, a movie or a theatre', async () => {
    const [movie, room, other] = [await programme.aMovie(), await programme.aRoom(), await programme.aRoom()];
    const late = await programme.aShowtime({ movie, room, startsAt: '2027-05-01T22:00' });
    const early = await programme.aShowtime({ movie, room: other, startsAt: '2027-05-01T18:00' });
    const foreign = await programme.aShowtime({ room, startsAt: '2027-05-01T14:00' });
    expect(await idsOf(`/showtimes?movieId=${movie.id}`)).toEqual([early.id, late.id]);
    expect(await idsOf(`/showtimes?roomId=${room.id}`)).toEqual([foreign.id, late.id]);
    expect(await idsOf(`/showtimes?movieId=${movie.id}&roomId=${room.id}`)).toEqual([late.id]);
    expect(await idsOf(`/showtimes?theatreId=${programme.theatre.id}&date=2027-05-01`)).toEqual([foreign.id, early.id, late.id]);
    expect(await idsOf(`/showtimes?theatreId=${randomUUID()}`)).toEqual([]);
    expect(await idsOf(`/movies/${movie.id}/showtimes`)).toEqual([early.id, late.id]);
  });

  it('of a day are those of each theatre’s own day', async () => {
    const movie = await programme.aMovie();
    const auckland = await programme.aTheatre({ timeZone: 'Pacific/Auckland', currency: 'NZD' });
    const honolulu = await programme.aTheatre({ timeZone: 'Pacific/Honolulu', currency: 'USD' });
    const of = (theatre: Json, startsAt: string) =>
      programme.aRoom({}, theatre.id).then((room) => programme.aShowtime({ movie, room, startsAt }));
    const inAuckland = await of(auckland, '2027-06-15T00:30');
    const inHonolulu = await of(honolulu, '2027-06-15T23:30');
    const dayAfter = await of(honolulu, '2027-06-16T00:30');
    expect(Date.parse(inHonolulu.startsAt) - Date.parse(inAuckland.startsAt)).toBe(45 * 3_600_000);
    expect(await idsOf(`/showtimes?date=2027-06-15&movieId=${movie.id}`)).toEqual([inAuckland.id, inHonolulu.id]);
    expect(await idsOf(`/showtimes?date=2027-06-16&movieId=${movie.id}`)).toEqual([dayAfter.id]);
    expect(await idsOf(`/showtimes?date=2027-06-15&movieId=${movie.id}&theatreId=${honolulu.id}`)).toEqual([inHonolulu.id]);
  });

  it('between two instants include the first and not the second', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const [ten, noon, two] = [
      await programme.aShowtime({ movie, room, startsAt: '2027-05-02T10:00:00Z' }),
      await programme.aShowtime({ movie, room, startsAt: '2027-05-02T12:00:00Z' }),
      await programme.aShowtime({ movie, room, startsAt: '2027-05-02T14:00:00Z' }),
    ];
    const between = (query: string): Promise<string[]> => idsOf(`/showtimes?movieId=${movie.id}&${query}`);
    expect(await between('from=2027-05-02T10:00:00Z&to=2027-05-02T14:00:00Z')).toEqual([ten.id, noon.id]);
    expect(await between('from=2027-05-02T14:00:00%2B02:00')).toEqual([noon.id, two.id]);
    expect(await between('from=2027-05-02T14:00:00+02:00')).toEqual([noon.id, two.id]);
    expect(await between('to=2027-05-02T12:00:00Z')).toEqual([ten.id]);
    expect(await between('from=2027-05-02T14:00:00Z&to=2027-05-02T10:00:00Z')).toEqual([]);
    expect(await between('from=0000-01-01T00:00:00Z&to=2027-05-03T12:00:00%2B23:59')).toEqual([ten.id, noon.id]);
  });

  it('come a page at a time, and one that is scheduled meanwhile disturbs nothing', async () => {
    const movie = await programme.aMovie();
    const rooms = await Promise.all([1, 2, 3, 4, 5].map(() => programme.aRoom()));
    const all: string[] = [];
    // All at one instant: the id decides.
    for (const room of rooms) all.push((await programme.aShowtime({ movie, room, startsAt: '2027-05-03T20:00' })).id);
    const first = (await programme.system.get(`/showtimes?movieId=${movie.id}&limit=2`)).body;
    await programme.aShowtime({ movie, startsAt: '2027-05-03T19:00' });
    const second = (await programme.system.get(`/showtimes?movieId=${movie.id}&limit=2&cursor=${first.page.nextCursor}`)).body;
    const third = (await programme.system.get(`/showtimes?movieId=${movie.id}&limit=2&cursor=${second.page.nextCursor}`)).body;
    expect([...first.data, ...second.data, ...third.data].map(({ id }: Json) => id)).toEqual([...all].sort());
    expect(third.page.nextCursor).toBeNull();
  });

  it('that were cancelled are listed apart', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const cancelled = await programme.aShowtime({ movie, room, startsAt: '2027-05-04T20:00' });
    await programme.cancel(cancelled.id);
    const instead = await programme.aShowtime({ movie, room, startsAt: '2027-05-04T20:00' });
    expect(await idsOf(`/showtimes?movieId=${movie.id}`)).toEqual([instead.id]);
    expect(await idsOf(`/showtimes?movieId=${movie.id}&status=cancelled`)).toEqual([cancelled.id]);
    expect(await idsOf(`/movies/${movie.id}/showtimes`)).toEqual([instead.id]);
  });

  it('say how many seats are left', async () => {
    const { system } = programme;
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const [one, two] = [
      await programme.aShowtime({ movie, room, startsAt: '2027-05-05T18:00' }),
      await programme.aShowtime({ movie, room, startsAt: '2027-05-05T22:00' }),
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
  ])('answer 400 to %s', async (path) => {
    expect((await programme.system.get(path)).status).toBe(400);
  });

  it('that are not there, or of a movie that is not there, are not found', async () => {
    expect((await programme.system.get(`/showtimes/${randomUUID()}`)).body).toMatchObject({
      status: 404,
      code: 'showtimes.showtime-not-found',
    });
    expect((await programme.system.get(`/movies/${randomUUID()}/showtimes`)).body).toMatchObject({
      status: 404,
      code: 'showtimes.movie-not-found',
    });
  });
});

describe('What showtimes answers the other contexts', () => {
  it('about showtimes: their terms, cancelled ones included, unknown ones left out', async () => {
    const showtime = await programme.aShowtime();
    await programme.change(showtime.id, { prices: { standard: 1_300 } });
    await programme.cancel(showtime.id);
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

  it('about a room that was used, for ever', async () => {
    const [used, unused] = [await programme.aRoom(), await programme.aRoom()];
    await programme.cancel((await programme.aShowtime({ room: used })).id);
    expect(await ask().execute(new EverScheduledIn([unused.id, used.id]))).toBe(true);
    expect(await ask().execute(new EverScheduledIn([unused.id]))).toBe(false);
    expect(await ask().execute(new EverScheduledIn([]))).toBe(false);
  });
});

describe('As time goes by', () => {
  it('a showtime that has begun is not to come any more, and one that has ended is not ahead', async () => {
    const [movie, room] = [await programme.aMovie(), await programme.aRoom()];
    const soon = await programme.aShowtime({ movie, room, startsAt: await programme.minutesAhead(10) });
    const later = await programme.aShowtime({ movie, room, startsAt: await programme.minutesAhead(400) });
    const ahead = () => Promise.all([{ movieId: movie.id }, { roomId: room.id }].map((of) => ask().execute(new ShowtimesAhead(of))));
    expect(await ahead()).toEqual([2, 2]);

    await programme.system.advanceClock({ minutes: 11 });
    expect(await idsOf(`/showtimes?movieId=${movie.id}`)).toEqual([later.id]);
    expect(await idsOf(`/movies/${movie.id}/showtimes`)).toEqual([later.id]);
    expect(await idsOf(`/showtimes?movieId=${movie.id}&from=${soon.startsAt}`)).toEqual([soon.id, later.id]);
    expect(await ahead()).toEqual([2, 2]);
    expect((await programme.change(soon.id, { prices: { standard: 1_300 } })).body).toMatchObject({
      status: 422,
      code: 'showtimes.showtime-started',
    });
    expect((await programme.change(soon.id, { startsAt: '2027-12-01T20:00' })).body.code).toBe('showtimes.showtime-started');
    expect((await programme.cancel(soon.id)).body).toMatchObject({ status: 422, code: 'showtimes.showtime-started' });

    await programme.system.advanceClock({ minutes: 100 });
    expect(await ahead()).toEqual([1, 1]);
  });
});
