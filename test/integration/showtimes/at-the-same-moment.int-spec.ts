import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { Timetable } from '../../../libs/showtimes/src/domain/timetable.js';
import type { Json } from '../../support/http-client.js';
import { until } from '../../support/until.js';
import { Programme } from './programme.js';

let programme: Programme;
let movie: Json;
let room: Json;
let restore: () => void = () => undefined;
beforeAll(async () => {
  programme = await Programme.open({ worker: true });
}, 60_000);
afterEach(() => restore());
afterAll(() => programme?.close());

/** A film and a room of their own, so that nothing of an earlier test is in the way. */
const prepare = async (): Promise<void> => {
  movie = await programme.aMovie();
  room = await programme.aRoom({}, (await programme.aTheatre()).id);
};

/** The negative control: nobody waits for anybody. */
function withoutTimetable(): void {
  const timetables = [programme.system.api, programme.system.worker!].map((app) => app.get(Timetable));
  for (const timetable of timetables)
    Object.assign(timetable, { enter: async () => Promise.resolve(), freeze: async () => Promise.resolve() });
  restore = () => {
    for (const timetable of timetables as Partial<Timetable>[]) {
      delete timetable.enter;
      delete timetable.freeze;
    }
    restore = () => undefined;
  };
}

const at = '2027-05-01T20:00:00Z';
const { closing, moving } = {
  closing: () => programme.system.delete(`/rooms/${room.id}`, { token: programme.token }),
  moving: () => programme.system.patch(`/theatres/${room.theatre.id}`, { currency: 'GBP' }, { token: programme.token }),
};

describe('A room that is closed while a showtime is scheduled in it', () => {
  it('is not closed where the showtime came first', async () => {
    await prepare();
    const goOn = await programme.holdUpScheduling(room, at);
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('transactionid');
    const closed = closing();
    await programme.somebodyWaits('advisory');
    await goOn();
    expect((await scheduled).status).toBe(201);
    expect((await closed).body).toMatchObject({ status: 409, code: 'rooms.showtimes-ahead' });
  });

  it('gets no showtime where closing came first', async () => {
    await prepare();
    const goOn = await programme.holdUp('SELECT 1 FROM rooms.rooms WHERE id = $1 FOR UPDATE', [room.id]);
    const closed = closing();
    await programme.somebodyWaits('transactionid');
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('advisory');
    await goOn();
    expect((await closed).status).toBe(200);
    expect((await scheduled).body).toMatchObject({ status: 422, code: 'showtimes.room-closed' });
  });

  it('would be closed with a showtime ahead if the timetable were not held still', async () => {
    await prepare();
    withoutTimetable();
    const goOn = await programme.holdUpScheduling(room, at);
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('transactionid');
    expect((await closing()).status).toBe(200);
    await goOn();
    expect((await scheduled).status).toBe(201);
  });
});

describe('A theatre that changes its currency while its first showtime is scheduled', () => {
  it('keeps it where the showtime came first', async () => {
    await prepare();
    const goOn = await programme.holdUpScheduling(room, at);
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('transactionid');
    const moved = moving();
    await programme.somebodyWaits('advisory');
    await goOn();
    expect((await scheduled).body.prices.standard.currency).toBe('EUR');
    expect((await moved).body).toMatchObject({ status: 409, code: 'rooms.theatre-in-use' });
  });

  it('is scheduled in with the new one where the change came first', async () => {
    await prepare();
    const other = await programme.aTheatre();
    // The change locks its row, then the name it wants is somebody else's undecided one.
    const wanted = `Wanted ${other.id}`;
    const goOn = await programme.holdUp('UPDATE rooms.theatres SET name = $2 WHERE id = $1', [other.id, wanted]);
    const moved = programme.system.patch(`/theatres/${room.theatre.id}`, { currency: 'GBP', name: wanted }, { token: programme.token });
    await programme.somebodyWaits('transactionid');
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('advisory');
    await goOn();
    expect((await moved).status).toBe(200);
    expect((await scheduled).body.prices.standard.currency).toBe('GBP');
  });

  it('would change it under the showtime if the timetable were not held still', async () => {
    await prepare();
    withoutTimetable();
    const goOn = await programme.holdUpScheduling(room, at);
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('transactionid');
    expect((await moving()).body.currency).toBe('GBP');
    await goOn();
    expect((await scheduled).body.prices.standard.currency).toBe('EUR');
  });

  it('gets no room meanwhile', async () => {
    await prepare();
    const theatreId: string = room.theatre.id;
    const other = await programme.aTheatre();
    const wanted = `Wanted ${other.id}`;
    const goOn = await programme.holdUp('UPDATE rooms.theatres SET name = $2 WHERE id = $1', [other.id, wanted]);
    const moved = programme.system.patch(`/theatres/${theatreId}`, { currency: 'GBP', name: wanted }, { token: programme.token });
    await programme.somebodyWaits('transactionid');
    let opened = false;
    const opening = programme.aRoom({}, theatreId).finally(() => (opened = true));
    await until(async () => (await waitingForTransactions()) >= 2, { timeoutMs: 1_500, what: 'the new room to wait', intervalMs: 10 });
    expect(opened).toBe(false);
    await goOn();
    expect((await moved).status).toBe(200);
    expect((await opening).theatre.currency).toBe('GBP');
  });
});

describe('A movie that is retired with its showtimes while another is scheduled', () => {
  const statusOf = async (id: string): Promise<string> => (await programme.system.get(`/showtimes/${id}`)).body.status;
  const retiring = () => programme.system.delete(`/movies/${movie.id}?cancelShowtimes=true`, { token: programme.token });
  const reactedTo = async (movieId: string): Promise<boolean> => {
    const rows = await programme.system.sql(
      `SELECT 1 FROM messaging.outbox JOIN messaging.inbox ON message_id = outbox.id WHERE subject = $1 AND type = 'movies.movie-retired.v1'`,
      [movieId],
    );
    return rows.length > 0;
  };
  const inTheEnd = { timeoutMs: 10_000, what: 'the reaction to the retired movie' };

  it('has none left in the end', async () => {
    await prepare();
    const before = await programme.aShowtime({ movie, startsAt: at });
    const goOn = await programme.holdUpScheduling(room, at);
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('transactionid');
    const retired = retiring();
    await programme.somebodyWaits('advisory');
    await goOn();
    const { status, body } = await scheduled;
    expect([status, (await retired).status]).toEqual([201, 200]);
    await until(async () => (await statusOf(body.id)) === 'cancelled' && (await statusOf(before.id)) === 'cancelled', inTheEnd);
    expect((await programme.schedule(movie, room, at)).body.code).toBe('showtimes.movie-retired');
  });

  it('would keep one that was not committed yet if the timetable were not held still', async () => {
    await prepare();
    withoutTimetable();
    const goOn = await programme.holdUpScheduling(room, at);
    const scheduled = programme.schedule(movie, room, at);
    await programme.somebodyWaits('transactionid');
    expect((await retiring()).status).toBe(200);
    await until(() => reactedTo(movie.id), inTheEnd);
    await goOn();
    expect(await statusOf((await scheduled).body.id)).toBe('scheduled');
  });
});

describe('Showtimes that are moved at the same moment', () => {
  // Every write pauses between the row and the exclusion constraint's look at it: an index made before that of the constraint is written first.
  beforeAll(async () => {
    await programme.system.sql(
      `CREATE FUNCTION showtimes.slowly(id uuid) RETURNS uuid IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.2); RETURN id; END $$`,
    );
    await programme.system.sql('TRUNCATE showtimes.showtimes');
    const [constraint] = await programme.system.sql<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'showtimes_no_overlap'`,
    );
    await programme.system.sql('ALTER TABLE showtimes.showtimes DROP CONSTRAINT showtimes_no_overlap');
    await programme.system.sql('CREATE INDEX slow ON showtimes.showtimes (showtimes.slowly(id))');
    await programme.system.sql(`ALTER TABLE showtimes.showtimes ADD CONSTRAINT showtimes_no_overlap ${constraint!.definition}`);
  });

  /** Each wants the room the other has. */
  const swap = async (): Promise<unknown[]> => {
    await prepare();
    const other = await programme.aRoom({}, room.theatre.id);
    const here = await programme.aShowtime({ movie, room, startsAt: at });
    const there = await programme.aShowtime({ movie, room: other, startsAt: at });
    const answers = await Promise.all([programme.change(here.id, { roomId: other.id }), programme.change(there.id, { roomId: room.id })]);
    return answers.map(({ body }) => body.code);
  };

  it('into each other’s rooms wait for each other without a deadlock', async () => {
    expect(await swap()).toEqual(['showtimes.overlap', 'showtimes.overlap']);
  });

  it('would deadlock in the exclusion constraint if they did not', async () => {
    withoutTimetable();
    expect(await swap()).toContain('platform.unavailable');
  });

  it('to different times both, leave one event each and the last one’s place', async () => {
    await prepare();
    const showtime = await programme.aShowtime({ movie, room, startsAt: at });
    const times = ['2027-05-01T10:00:00.000Z', '2027-05-01T12:00:00.000Z', '2027-05-01T14:00:00.000Z'];
    const answers = await Promise.all(times.map((startsAt) => programme.change(showtime.id, { startsAt })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const events = await programme.eventsOf(showtime.id);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect((await programme.system.get(`/showtimes/${showtime.id}`)).body.startsAt).toBe(events[3]!.data.startsAt);
  });

  it('to another room each are told to look again, or moved one after the other', async () => {
    await prepare();
    const rooms = await Promise.all([1, 2, 3, 4].map(() => programme.aRoom({}, room.theatre.id)));
    const showtime = await programme.aShowtime({ movie, room, startsAt: at });
    const answers = await Promise.all(rooms.map(({ id }) => programme.change(showtime.id, { roomId: id })));
    const moved = answers.filter(({ status }) => status === 200);
    expect(moved.length).toBeGreaterThan(0);
    for (const { body } of answers.filter((answer) => !moved.includes(answer))) expect(body.code).toBe('showtimes.changed-meanwhile');
    expect(await programme.eventsOf(showtime.id)).toHaveLength(1 + moved.length);
  });
});

async function waitingForTransactions(): Promise<number> {
  const rows = await programme.system.sql(
    `SELECT 1 FROM pg_locks JOIN pg_stat_activity AS who USING (pid)
     WHERE NOT granted AND locktype IN ('transactionid', 'tuple') AND who.datname = current_database()`,
  );
  return rows.length;
}
