import fc from 'fast-check';
import { DAY_MS } from '@app/kernel/durations.js';
import SEED_MOVIES from './movies.json' with { type: 'json' };
import { planProgramme, type ProgrammeRoom, type SeedMovie } from './programme.js';
import { SEED_THEATRES } from './theatres.js';

const rooms: ProgrammeRoom[] = SEED_THEATRES.flatMap(({ name, rooms, prices, matineeDiscount }) =>
  rooms.map((room) => ({ theatre: name, room: room.name, cleaningMinutes: room.cleaningMinutes, prices, matineeDiscount })),
);
const [room] = rooms as [ProgrammeRoom, ...ProgrammeRoom[]];
const plan = (days: readonly string[], { of = room, movies = SEED_MOVIES }: { of?: ProgrammeRoom; movies?: typeof SEED_MOVIES } = {}) =>
  planProgramme({ room: of, movies, days });
const planAllRooms = (days: readonly string[]) => rooms.flatMap((one) => plan(days, { of: one }));
const days = (first: string, count: number) =>
  Array.from({ length: count }, (_, ahead) => new Date(Date.parse(first) + ahead * DAY_MS).toISOString().slice(0, 10));
const twoWeeks = days('2026-11-21', 14);
const minutesSinceEpoch = (startsAt: string) => Date.parse(`${startsAt}Z`) / 60_000;
const minuteOf = (startsAt: string) => Number(startsAt.slice(11, 13)) * 60 + Number(startsAt.slice(14));

describe('a programme', () => {
  it('every room has showtimes on every day of two weeks', () => {
    const counts = rooms.flatMap((one) => twoWeeks.map((day) => plan([day], { of: one }).length));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(400);
  });

  it('showtimes of a room never overlap, cleaning included', () => {
    const movie = fc.record({
      title: fc.string(),
      runtimeMinutes: fc.integer({ min: 1, max: 400 }),
      ageRating: fc.constantFrom('G', 'PG', 'R', null),
    });
    const ownRoom = fc.record({ room: fc.string(), cleaningMinutes: fc.integer({ min: 0, max: 240 }) });
    fc.assert(
      fc.property(ownRoom, fc.array(movie, { maxLength: 12 }), (own, movies: SeedMovie[]) => {
        const showtimes = planProgramme({ room: { ...room, ...own }, movies, days: twoWeeks });
        for (const [index, { startsAt, movie: earlier }] of showtimes.entries()) {
          const next = showtimes[index + 1];
          if (next === undefined) continue;
          expect(minutesSinceEpoch(next.startsAt)).toBeGreaterThanOrEqual(
            minutesSinceEpoch(startsAt) + earlier.runtimeMinutes + own.cleaningMinutes,
          );
        }
      }),
    );
  });

  it('showtimes start at full five minutes after opening and end before one at night', () => {
    for (const { startsAt, movie } of planAllRooms(twoWeeks)) {
      expect(startsAt).toMatch(/^2026-1[12]-\d\dT\d\d:\d[05]$/);
      expect(minuteOf(startsAt)).toBeGreaterThanOrEqual(10 * 60 + 30);
      expect(minuteOf(startsAt) + movie.runtimeMinutes).toBeLessThanOrEqual(25 * 60);
    }
  });

  it('the first showtime is earlier on a weekend', () => {
    const [saturday, monday] = ['2026-11-21', '2026-11-23'].map((day) => plan([day])[0]!.startsAt.slice(11));
    expect([saturday, monday]).toEqual(['10:30', '13:00']);
  });

  it('seats cost less before five, and premium seats cost more', () => {
    for (const { startsAt, prices } of plan(twoWeeks)) {
      const discount = minuteOf(startsAt) < 17 * 60 ? room.matineeDiscount : 0;
      expect(prices).toEqual({ standard: room.prices.standard - discount, premium: room.prices.premium - discount });
      expect(prices.premium).toBeGreaterThan(prices.standard);
    }
  });

  it('movies for adults start after four, and movies for children before nine', () => {
    const showtimes = planAllRooms(twoWeeks);
    expect(showtimes.filter(({ startsAt, movie }) => minuteOf(startsAt) < 16 * 60 && movie.ageRating === 'R')).toEqual([]);
    expect(showtimes.filter(({ startsAt, movie }) => minuteOf(startsAt) >= 21 * 60 && movie.ageRating === 'G')).toEqual([]);
  });

  it('the movies of a room change on Thursday', () => {
    const titlesOf = (from: string) => new Set(plan(days(from, 7)).map(({ movie }) => movie.title));
    const [one, other] = [titlesOf('2026-11-26'), titlesOf('2026-12-03')];
    expect(one.size).toBeLessThanOrEqual(6);
    expect(one.size).toBeGreaterThanOrEqual(4);
    expect([...other]).not.toEqual([...one]);
  });

  it('the plan of a day is the same alone and among other days', () => {
    const together = plan(twoWeeks);
    expect(twoWeeks.flatMap((day) => plan([day], { movies: [...SEED_MOVIES].reverse() }))).toEqual(together);
  });

  it('a programme without movies has no showtimes', () => {
    expect(plan(twoWeeks, { movies: [] })).toEqual([]);
  });
});

describe('the seed movies', () => {
  it('every seed movie has a title of its own, a date, a running time and genres', () => {
    expect(SEED_MOVIES.length).toBeGreaterThanOrEqual(48);
    expect(new Set(SEED_MOVIES.map(({ title }) => title)).size).toBe(SEED_MOVIES.length);
    for (const { title, description, runtimeMinutes, releaseDate, genres } of SEED_MOVIES) {
      expect(title.trim()).toBe(title);
      expect(description).toMatch(/^\S.{20,200}[.!?]$/);
      expect(runtimeMinutes).toBeGreaterThan(60);
      expect(new Date(releaseDate).toISOString().slice(0, 10)).toBe(releaseDate);
      expect(genres.length).toBeGreaterThan(0);
    }
  });

  it('the seed movies come from nine decades', () => {
    expect(new Set(SEED_MOVIES.map(({ releaseDate }) => releaseDate.slice(0, 3))).size).toBeGreaterThanOrEqual(9);
  });
});

describe('the seed theatres', () => {
  const seatPlans = SEED_THEATRES.flatMap(({ rooms }) => rooms.map(({ seatPlan }) => seatPlan));

  it('the seed theatres have two time zones and two currencies', () => {
    expect(new Set(SEED_THEATRES.map(({ timeZone }) => timeZone)).size).toBe(2);
    expect(new Set(SEED_THEATRES.map(({ currency }) => currency)).size).toBe(2);
  });

  it('the seed rooms have plain rows, aisles, and seats of every kind', () => {
    const drawn = seatPlans.flatMap((plan) => ('layout' in plan ? plan.layout : [])).join('');
    expect(seatPlans.length).toBeGreaterThanOrEqual(5);
    expect(seatPlans.some((plan) => 'rows' in plan)).toBe(true);
    expect(new Set(drawn)).toEqual(new Set('spwc.'));
  });
});
