import { vi } from 'vitest';
import { ShowtimeEnds } from '../../../libs/showtimes/src/application/showtime-ends.js';
import { SchedulingLocks } from '../../../libs/showtimes/src/domain/scheduling-locks.js';
import type { Json } from '../../support/http-client.js';
import { meetSecondTransaction } from '../../support/meeting.js';
import { until } from '../../support/until.js';
import { ShowtimesClient } from './showtimes-client.js';

let client: ShowtimesClient;
let movie: Json;
let room: Json;
let restore: () => void = () => undefined;
beforeAll(async () => {
  client = await ShowtimesClient.start({ worker: true });
}, 60_000);
afterEach(() => {
  restore();
  vi.restoreAllMocks();
});
afterAll(() => client?.close());

/** A movie and a room of their own, apart from those of earlier tests. */
const prepare = async (): Promise<void> => {
  movie = await client.addMovie();
  room = await client.openRoom({}, (await client.openTheatre()).id);
};

/** The negative control. */
function withoutSchedulingLocks(): void {
  const locks = [client.system.api, client.system.worker!].map((app) => app.get(SchedulingLocks));
  const none = async () => Promise.resolve();
  for (const each of locks) Object.assign(each, { lockForScheduling: none, blockScheduling: none });
  restore = () => {
    for (const each of locks as Partial<SchedulingLocks>[]) {
      delete each.lockForScheduling;
      delete each.blockScheduling;
    }
    restore = () => undefined;
  };
}

const START = '2027-05-01T20:00:00Z';
const closeRoom = () => client.system.delete(`/rooms/${room.id}`, { token: client.token });
const changeCurrency = () => client.system.patch(`/theatres/${room.theatre.id}`, { currency: 'GBP' }, { token: client.token });

describe('Closing a room while a showtime is scheduled in it', () => {
  it('a room is not closed when the showtime came first', async () => {
    await prepare();
    const release = await client.delayScheduling(room, START);
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('transactionid');
    const closed = closeRoom();
    await client.waitForLockWait('advisory');
    await release();
    expect((await scheduled).status).toBe(201);
    expect((await closed).body).toMatchObject({ status: 409, code: 'rooms.showtimes-ahead' });
  });

  it('a room gets no showtime when it was closed first', async () => {
    await prepare();
    const release = await client.openTransaction('SELECT 1 FROM rooms.rooms WHERE id = $1 FOR UPDATE', [room.id]);
    const closed = closeRoom();
    await client.waitForLockWait('transactionid');
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('advisory');
    await release();
    expect((await closed).status).toBe(200);
    expect((await scheduled).body).toMatchObject({ status: 422, code: 'showtimes.room-closed' });
  });

  it('without the locks a room would be closed with a showtime ahead', async () => {
    await prepare();
    withoutSchedulingLocks();
    const release = await client.delayScheduling(room, START);
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('transactionid');
    expect((await closeRoom()).status).toBe(200);
    await release();
    expect((await scheduled).status).toBe(201);
  });
});

describe('Changing the currency while the first showtime is scheduled', () => {
  it('the currency stays when the showtime came first', async () => {
    await prepare();
    const release = await client.delayScheduling(room, START);
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('transactionid');
    const changed = changeCurrency();
    await client.waitForLockWait('advisory');
    await release();
    expect((await scheduled).body.prices.standard.currency).toBe('EUR');
    expect((await changed).body).toMatchObject({ status: 409, code: 'rooms.theatre-in-use' });
  });

  it('the showtime has the new currency when the change came first', async () => {
    await prepare();
    const other = await client.openTheatre();
    // The change locks its row, and then waits: the new name is in an uncommitted row.
    const wanted = `Wanted ${other.id}`;
    const release = await client.openTransaction('UPDATE rooms.theatres SET name = $2, name_key = lower($2) WHERE id = $1', [
      other.id,
      wanted,
    ]);
    const moved = client.system.patch(`/theatres/${room.theatre.id}`, { currency: 'GBP', name: wanted }, { token: client.token });
    await client.waitForLockWait('transactionid');
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('advisory');
    await release();
    expect((await moved).status).toBe(200);
    expect((await scheduled).body.prices.standard.currency).toBe('GBP');
  });

  it('without the locks the currency would change after the showtime', async () => {
    await prepare();
    withoutSchedulingLocks();
    const release = await client.delayScheduling(room, START);
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('transactionid');
    expect((await changeCurrency()).body.currency).toBe('GBP');
    await release();
    expect((await scheduled).body.prices.standard.currency).toBe('EUR');
  });

  it('a theatre gets no room while its currency changes', async () => {
    await prepare();
    const theatreId: string = room.theatre.id;
    const other = await client.openTheatre();
    const wanted = `Wanted ${other.id}`;
    const release = await client.openTransaction('UPDATE rooms.theatres SET name = $2, name_key = lower($2) WHERE id = $1', [
      other.id,
      wanted,
    ]);
    const moved = client.system.patch(`/theatres/${theatreId}`, { currency: 'GBP', name: wanted }, { token: client.token });
    await client.waitForLockWait('transactionid');
    let opened = false;
    const opening = client.openRoom({}, theatreId).finally(() => (opened = true));
    await until(async () => (await waitingForTransactions()) >= 2, { what: 'the wait of the new room', intervalMs: 10 });
    expect(opened).toBe(false);
    await release();
    expect((await moved).status).toBe(200);
    expect((await opening).theatre.currency).toBe('GBP');
  });
});

describe('Retiring a movie while a showtime is scheduled', () => {
  const statusOf = async (id: string): Promise<string> => (await client.system.get(`/showtimes/${id}`)).body.status;
  const retireMovie = () => client.system.delete(`/movies/${movie.id}?cancelShowtimes=true`, { token: client.token });
  const reactedTo = async (movieId: string): Promise<boolean> => {
    const rows = await client.system.sql(
      `SELECT 1 FROM messaging.outbox JOIN messaging.inbox ON message_id = outbox.id WHERE subject = $1 AND type = 'movies.movie-retired.v1'`,
      [movieId],
    );
    return rows.length > 0;
  };
  const REACTION = { what: 'the reaction to the retired movie' };

  it('a retired movie keeps no showtime', async () => {
    await prepare();
    const before = await client.createShowtime({ movie, startsAt: START });
    const release = await client.delayScheduling(room, START);
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('transactionid');
    const retired = retireMovie();
    await client.waitForLockWait('advisory');
    await release();
    const { status, body } = await scheduled;
    expect([status, (await retired).status]).toEqual([201, 200]);
    await until(async () => (await statusOf(body.id)) === 'cancelled' && (await statusOf(before.id)) === 'cancelled', REACTION);
    expect((await client.schedule(movie, room, START)).body.code).toBe('showtimes.movie-retired');
  });

  it('without the locks a retired movie would keep an uncommitted showtime', async () => {
    await prepare();
    withoutSchedulingLocks();
    const release = await client.delayScheduling(room, START);
    const scheduled = client.schedule(movie, room, START);
    await client.waitForLockWait('transactionid');
    expect((await retireMovie()).status).toBe(200);
    await until(() => reactedTo(movie.id), REACTION);
    await release();
    expect(await statusOf((await scheduled).body.id)).toBe('scheduled');
  });
});

describe('Moving showtimes at the same moment', () => {
  const pauseEachWrite = (pause: string): Promise<unknown> =>
    client.system.sql(
      `CREATE OR REPLACE FUNCTION showtimes.delayed(id uuid) RETURNS uuid IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN ${pause} RETURN id; END $$`,
    );
  const SHORT_PAUSE = 'PERFORM pg_sleep(0.2);';

  // Every write pauses between the row and the check of the exclusion constraint: an index that is older than the constraint's is written first.
  beforeAll(async () => {
    await pauseEachWrite(SHORT_PAUSE);
    await client.system.sql('TRUNCATE showtimes.showtimes');
    const [constraint] = await client.system.sql<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'showtimes_no_overlap'`,
    );
    await client.system.sql('ALTER TABLE showtimes.showtimes DROP CONSTRAINT showtimes_no_overlap');
    await client.system.sql('CREATE INDEX delayed ON showtimes.showtimes (showtimes.delayed(id))');
    await client.system.sql(`ALTER TABLE showtimes.showtimes ADD CONSTRAINT showtimes_no_overlap ${constraint!.definition}`);
  });

  /** Each showtime is moved to the room of the other. */
  const swap = async (pause = SHORT_PAUSE): Promise<unknown[]> => {
    await prepare();
    const other = await client.openRoom({}, room.theatre.id);
    const here = await client.createShowtime({ movie, room, startsAt: START });
    const there = await client.createShowtime({ movie, room: other, startsAt: START });
    await pauseEachWrite(pause);
    const answers = await Promise.all([client.change(here.id, { roomId: other.id }), client.change(there.id, { roomId: room.id })]);
    await pauseEachWrite(SHORT_PAUSE);
    return answers.map(({ body }) => body.code);
  };

  it('two showtimes that swap rooms are refused without a deadlock', async () => {
    expect(await swap()).toEqual(['showtimes.overlap', 'showtimes.overlap']);
  });

  it('without the locks two moves would deadlock in the exclusion constraint', async () => {
    withoutSchedulingLocks();
    // It reads what the other one is about to change, and would refuse both before they write.
    vi.spyOn(client.system.api.get(ShowtimeEnds, { strict: false }), 'assertRoomFree').mockResolvedValue();
    expect(await swap(meetSecondTransaction({ seconds: 10 }))).toContain('platform.unavailable');
  });

  it('three moves of one showtime publish one event each, and the last holds', async () => {
    await prepare();
    const showtime = await client.createShowtime({ movie, room, startsAt: START });
    const times = ['2027-05-01T10:00:00.000Z', '2027-05-01T12:00:00.000Z', '2027-05-01T14:00:00.000Z'];
    const answers = await Promise.all(times.map((startsAt) => client.change(showtime.id, { startsAt })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const events = await client.eventsOf(showtime.id);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect((await client.system.get(`/showtimes/${showtime.id}`)).body.startsAt).toBe(events[3]!.data.startsAt);
  });

  it('moves of one showtime to four rooms succeed or are refused with 409', async () => {
    await prepare();
    const rooms = await Promise.all([1, 2, 3, 4].map(() => client.openRoom({}, room.theatre.id)));
    const showtime = await client.createShowtime({ movie, room, startsAt: START });
    const answers = await Promise.all(rooms.map(({ id }) => client.change(showtime.id, { roomId: id })));
    const moved = answers.filter(({ status }) => status === 200);
    expect(moved.length).toBeGreaterThan(0);
    for (const { body } of answers.filter((answer) => !moved.includes(answer))) expect(body.code).toBe('showtimes.changed-meanwhile');
    expect(await client.eventsOf(showtime.id)).toHaveLength(1 + moved.length);
  });
});

async function waitingForTransactions(): Promise<number> {
  const rows = await client.system.sql(
    `SELECT 1 FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
     WHERE NOT granted AND locktype IN ('transactionid', 'tuple') AND activity.datname = current_database()`,
  );
  return rows.length;
}
