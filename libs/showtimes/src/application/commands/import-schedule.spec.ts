import { addMs } from '@app/kernel/instants.js';
import { ScheduleRefused } from '../../domain/errors.js';
import type { ScheduleRow } from '../../domain/schedule-file.js';
import { Showtime } from '../../domain/showtime.js';
import { aMovie, aRoom, aShowtime, NOW } from '../../testing/builders.js';
import { ShowtimesHarness } from '../../testing/showtimes-harness.js';
import { ImportSchedule } from './import-schedule.js';

const movie = aMovie({ title: 'Metropolis' });
const room = aRoom({ name: 'Room 1' });

function setUp(more: ConstructorParameters<typeof ShowtimesHarness>[0] = {}) {
  const harness = new ShowtimesHarness({ ...more, movies: [movie, ...(more.movies ?? [])], rooms: [room, ...(more.rooms ?? [])] });
  const command = (...own: Partial<ScheduleRow>[]) =>
    new ImportSchedule(harness.adminId, {
      rows: own.map((fields, index) => ({
        place: { line: index + 2, pointer: null },
        movie: 'Metropolis',
        theatre: 'Lichtburg',
        room: 'Room 1',
        startsAt: '2026-03-02T20:00',
        prices: { standard: 1_200, premium: 1_500 },
        salesOpenAt: null,
        ...fields,
      })),
      faults: [],
    });
  const faultsOf = async (...own: Partial<ScheduleRow>[]): Promise<unknown> => {
    const refusal = await harness.execute(command(...own)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ScheduleRefused);
    expect(harness.showtimes.recorded).toEqual([]);
    return ((refusal as ScheduleRefused).details['faults'] as { line: number; field: string; rule: string }[]).map(
      ({ line, field, rule }) => `${line} ${field} ${rule}`,
    );
  };
  return {
    harness,
    command,
    faultsOf,
    importRows: (...own: Partial<ScheduleRow>[]) => harness.execute(command(...own)),
  };
}

describe('ImportSchedule', () => {
  it('rows are scheduled by names or ids, with one audit entry', async () => {
    const { harness, importRows } = setUp();
    const byIds = { movie: movie.id.toUpperCase(), theatre: null, room: room.id, startsAt: '2026-03-02T12:00:00Z' };
    expect(await importRows({}, byIds)).toMatchObject({ added: 2, alreadyThere: 0, differences: [], faultCount: 0 });
    const starts = [...harness.showtimes.states.values()].map(({ startsAt }) => startsAt.toISOString());
    expect(starts).toEqual(['2026-03-02T19:00:00.000Z', '2026-03-02T12:00:00.000Z']);
    expect(harness.audit.entries).toMatchObject([
      { action: 'showtimes.import-schedule', details: { added: 2, alreadyThere: 0, from: starts[1], to: starts[0], roomIds: [room.id] } },
    ]);
    expect(harness.locks.locked).toEqual([{ movieIds: [movie.id], roomIds: [room.id] }]);
  });

  it('a second import changes nothing, and writes no audit entry', async () => {
    const { harness, importRows } = setUp();
    await importRows({});
    expect(await importRows({})).toMatchObject({ added: 0, alreadyThere: 1, differences: [] });
    expect(harness.showtimes.recorded).toHaveLength(1);
    expect(harness.audit.entries).toHaveLength(1);
  });

  it('a row whose showtime has begun meanwhile is still the same showtime', async () => {
    const begun = aShowtime({ movie, room, startsAt: addMs(NOW, -60_000), now: addMs(NOW, -120_000) });
    const { importRows } = setUp({ showtimes: [begun] });
    expect(await importRows({ startsAt: begun.state.startsAt.toISOString() })).toMatchObject({ added: 0, alreadyThere: 1 });
  });

  it('an import passes where the movie is longer now than the gap of what is over', async () => {
    const { harness, command, importRows } = setUp();
    const [first, next] = [{ startsAt: '2026-03-01T14:00' }, { startsAt: '2026-03-01T15:55' }];
    await importRows(first, next);
    const later = new ShowtimesHarness({
      movies: [{ ...movie, runtimeMinutes: 110 }],
      rooms: [room],
      showtimes: [...harness.showtimes.states.values()].map((state) => new Showtime(state)),
      now: new Date('2026-03-02T12:00:00Z'),
    });
    const { file } = command(first, next, { startsAt: '2026-03-03T20:00' });
    expect(await later.execute(new ImportSchedule(null, file))).toMatchObject({ added: 1, alreadyThere: 2 });
  });

  it('a cancelled showtime of the file does not occupy its room', async () => {
    const { harness, importRows } = setUp();
    await importRows({});
    const [stored] = harness.showtimes.states.values();
    await harness.showtimes.change(stored!.id, (showtime) => showtime.cancel({ reason: null, now: NOW }));
    expect(await importRows({}, { startsAt: '2026-03-02T20:30' })).toMatchObject({ added: 1, alreadyThere: 1 });
  });

  it('a new row that overlaps with a stored one, or repeats it, is refused', async () => {
    const { harness, command, importRows } = setUp();
    await importRows({});
    const refused = harness.execute(command({}, { startsAt: '2026-03-02T20:30' }, {}));
    await expect(refused).rejects.toMatchObject({
      details: {
        faults: [
          { line: 3, rule: 'showtimes.overlap' },
          { line: 4, rule: 'showtimes.repeated-row' },
        ],
      },
    });
  });

  it('what differs from an existing showtime is named and stays', async () => {
    const { harness, importRows } = setUp();
    await importRows({});
    const [stored] = harness.showtimes.states.values();
    const changed = { prices: { standard: 1_300, premium: 1_500 }, salesOpenAt: '2026-03-02T10:00' };
    expect(await importRows(changed)).toMatchObject({
      added: 0,
      differenceCount: 1,
      differences: [{ line: 2, showtimeId: stored!.id, fields: ['prices', 'salesOpenAt'] }],
    });
    await harness.showtimes.change(stored!.id, (showtime) => showtime.cancel({ reason: null, now: NOW }));
    expect(await importRows({})).toMatchObject({ added: 0, alreadyThere: 1, differences: [{ fields: ['status'] }] });
  });

  it('every fault of every row is named, in the order of the file', async () => {
    const [twin, retired] = [aMovie({ title: 'Metropolis' }), aMovie({ title: 'Nosferatu', retired: true })];
    const { faultsOf } = setUp({ movies: [twin, retired] });
    const byId = { movie: movie.id };
    expect(
      await faultsOf(
        {},
        { movie: 'M', room: 'Room 9' },
        { movie: 'M', theatre: 'Gloria' },
        { ...byId, theatre: null },
        { ...byId, startsAt: '2026-03-29T02:30', salesOpenAt: '2026-03-29T02:15' },
        { ...byId, startsAt: '2026-10-25T02:30' },
        { movie: 'Nosferatu', startsAt: '2026-02-01T20:00', prices: { standard: 1 }, salesOpenAt: '2026-02-02T20:00' },
        { ...byId, startsAt: '2026-03-05T20:00' },
        { ...byId, startsAt: '2026-03-05T21:54' },
        { ...byId, startsAt: '2026-03-05T20:00' },
        { movie: aMovie().id, room: aRoom().id },
        { ...byId, room: room.id, theatre: 'Gloria' },
      ),
    ).toEqual([
      '2 movie showtimes.ambiguous-title',
      '3 movie showtimes.no-such-movie',
      '3 room showtimes.no-such-room',
      '4 movie showtimes.no-such-movie',
      '4 theatre showtimes.no-such-theatre',
      '5 theatre required',
      '6 startsAt showtimes.time-skipped',
      '6 salesOpenAt showtimes.time-skipped',
      '7 startsAt showtimes.time-repeated',
      '8 movie showtimes.movie-retired',
      '8 startsAt showtimes.starts-in-the-past',
      '8 standard showtimes.price-refused',
      '8 premium showtimes.price-missing',
      '8 salesOpenAt showtimes.sales-open-too-late',
      '10 startsAt showtimes.overlap',
      '11 startsAt showtimes.repeated-row',
      '12 movie showtimes.no-such-movie',
      '12 room showtimes.no-such-room',
      '13 theatre showtimes.other-theatre',
    ]);
  });

  it('a time that the clocks repeat is taken with an offset', async () => {
    const { importRows } = setUp();
    expect(await importRows({ startsAt: '2026-10-25T02:30+01:00' })).toMatchObject({ added: 1 });
  });

  it('an overlap with a stored showtime counts its runtime as it is now', async () => {
    const longer = { ...movie, runtimeMinutes: 130 };
    const stored = aShowtime({ movie, room, startsAt: new Date('2026-03-02T19:00:00Z') });
    const harness = new ShowtimesHarness({ movies: [longer], rooms: [room], showtimes: [stored] });
    const { command } = setUp();
    const { file } = command({ startsAt: '2026-03-02T22:00' }, { startsAt: '2026-03-02T18:00' }, { startsAt: '2026-03-02T22:25' });
    const imported = harness.execute(new ImportSchedule(null, { rows: file.rows.slice(0, 2), faults: [] }));
    await expect(imported).rejects.toMatchObject({
      details: {
        faults: [
          { line: 2, rule: 'showtimes.overlap' },
          { line: 3, rule: 'showtimes.overlap' },
        ],
      },
    });
    const last = await harness.execute(new ImportSchedule(null, { rows: file.rows.slice(2), faults: [] }));
    expect(last).toMatchObject({ added: 1 });
  });
});
