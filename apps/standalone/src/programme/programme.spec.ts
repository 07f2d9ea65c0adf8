import fc from 'fast-check';
import films from './films.json' with { type: 'json' };
import { houses } from './houses.js';
import { type Film, programmeOf, type Screen } from './programme.js';

const screens: Screen[] = houses.flatMap(({ name, rooms, prices, matineeOff }) =>
  rooms.map((room) => ({ theatre: name, room: room.name, cleaningMinutes: room.cleaningMinutes, prices, matineeOff })),
);
const [screen] = screens as [Screen, ...Screen[]];
const days = (first: string, count: number) =>
  Array.from({ length: count }, (_, ahead) => new Date(Date.parse(first) + ahead * 86_400_000).toISOString().slice(0, 10));
const fortnight = days('2026-11-21', 14);
const instant = (startsAt: string) => Date.parse(`${startsAt}Z`) / 60_000;
const minuteOf = (startsAt: string) => Number(startsAt.slice(11, 13)) * 60 + Number(startsAt.slice(14));

describe('Laying out a programme', () => {
  it('fills every room on every day of a fortnight', () => {
    const counts = screens.flatMap((one) => fortnight.map((day) => programmeOf(one, films, [day]).length));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(400);
  });

  it('never shows two films at once, and leaves time to clean between them', () => {
    const film = fc.record({
      title: fc.string(),
      runtimeMinutes: fc.integer({ min: 1, max: 400 }),
      ageRating: fc.constantFrom('G', 'PG', 'R', null),
    });
    const room = fc.record({ room: fc.string(), cleaningMinutes: fc.integer({ min: 0, max: 240 }) });
    fc.assert(
      fc.property(room, fc.array(film, { maxLength: 12 }), (own, some: Film[]) => {
        const showings = programmeOf({ ...screen, ...own }, some, fortnight);
        for (const [index, { startsAt, film: earlier }] of showings.entries()) {
          const next = showings[index + 1];
          if (next === undefined) continue;
          expect(instant(next.startsAt)).toBeGreaterThanOrEqual(instant(startsAt) + earlier.runtimeMinutes + own.cleaningMinutes);
        }
      }),
    );
  });

  it('starts on the five minutes, not before the doors open, and ends before one at night', () => {
    for (const { startsAt, film } of screens.flatMap((one) => programmeOf(one, films, fortnight))) {
      expect(startsAt).toMatch(/^2026-1[12]-\d\dT\d\d:\d[05]$/);
      expect(minuteOf(startsAt)).toBeGreaterThanOrEqual(10 * 60 + 30);
      expect(minuteOf(startsAt) + film.runtimeMinutes).toBeLessThanOrEqual(25 * 60);
    }
  });

  it('opens earlier at weekends', () => {
    const [saturday, monday] = ['2026-11-21', '2026-11-23'].map((day) => programmeOf(screen, films, [day])[0]!.startsAt.slice(11));
    expect([saturday, monday]).toEqual(['10:30', '13:00']);
  });

  it('asks less before five, and more for premium seats', () => {
    for (const { startsAt, prices } of programmeOf(screen, films, fortnight)) {
      const off = minuteOf(startsAt) < 17 * 60 ? screen.matineeOff : 0;
      expect(prices).toEqual({ standard: screen.prices.standard - off, premium: screen.prices.premium - off });
      expect(prices.premium).toBeGreaterThan(prices.standard);
    }
  });

  it('shows nothing for adults before four and nothing for children late at night', () => {
    const showings = screens.flatMap((one) => programmeOf(one, films, fortnight));
    expect(showings.filter(({ startsAt, film }) => minuteOf(startsAt) < 16 * 60 && film.ageRating === 'R')).toEqual([]);
    expect(showings.filter(({ startsAt, film }) => minuteOf(startsAt) >= 21 * 60 && film.ageRating === 'G')).toEqual([]);
  });

  it('changes the films of a room on Thursdays', () => {
    const billOf = (from: string) => new Set(programmeOf(screen, films, days(from, 7)).map(({ film }) => film.title));
    const [one, other] = [billOf('2026-11-26'), billOf('2026-12-03')];
    expect(one.size).toBeLessThanOrEqual(6);
    expect(one.size).toBeGreaterThanOrEqual(4);
    expect([...other]).not.toEqual([...one]);
  });

  it('lays a day out the same whenever it is asked, alone or among others', () => {
    const together = programmeOf(screen, films, fortnight);
    expect(fortnight.flatMap((day) => programmeOf(screen, [...films].reverse(), [day]))).toEqual(together);
  });

  it('shows nothing where there are no films', () => {
    expect(programmeOf(screen, [], fortnight)).toEqual([]);
  });
});

describe('The films', () => {
  it('are real records: distinct, dated, with a running time, a description and genres', () => {
    expect(films.length).toBeGreaterThanOrEqual(48);
    expect(new Set(films.map(({ title }) => title)).size).toBe(films.length);
    for (const { title, description, runtimeMinutes, releaseDate, genres } of films) {
      expect(title.trim()).toBe(title);
      expect(description).toMatch(/^\S.{20,200}[.!?]$/);
      expect(runtimeMinutes).toBeGreaterThan(60);
      expect(new Date(releaseDate).toISOString().slice(0, 10)).toBe(releaseDate);
      expect(genres.length).toBeGreaterThan(0);
    }
  });

  it('span nine decades', () => {
    expect(new Set(films.map(({ releaseDate }) => releaseDate.slice(0, 3))).size).toBeGreaterThanOrEqual(9);
  });
});

describe('The houses', () => {
  const layouts = houses.flatMap(({ rooms }) => rooms.map(({ seatPlan }) => seatPlan));

  it('stand in two time zones and take two currencies', () => {
    expect(new Set(houses.map(({ timeZone }) => timeZone)).size).toBe(2);
    expect(new Set(houses.map(({ currency }) => currency)).size).toBe(2);
  });

  it('have rooms of all kinds: plain rows, aisles, premium, accessible and companion seats', () => {
    const drawn = layouts.flatMap((plan) => ('layout' in plan ? plan.layout : [])).join('');
    expect(layouts.length).toBeGreaterThanOrEqual(5);
    expect(layouts.some((plan) => 'rows' in plan)).toBe(true);
    expect(new Set(drawn)).toEqual(new Set('spwc.'));
  });
});
