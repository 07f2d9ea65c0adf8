/** Events a second, with nothing else to do: from the outbox to the broker, and through a reaction to its row. */
import { MovieAdded } from '@app/contracts/movies.js';
import { RoomOpened } from '@app/contracts/rooms.js';
import { until } from '../support/until.js';
import type { MeasuredSystem } from './system.js';

const EVENTS = 10_000;
const REACTION = 'reports.name-movie-when-movie-added';

/** Of a type that nobody reacts to. */
export function relayed(system: MeasuredSystem): Promise<number> {
  return rate(system, RoomOpened.type, async () => (await count(system, 'messaging.outbox WHERE published_at IS NULL')) === 0);
}

/** Relayed to RabbitMQ, consumed, and written with the row of the inbox. */
export async function reacted(system: MeasuredSystem): Promise<number> {
  const received = (): Promise<number> => count(system, `messaging.inbox WHERE queue = '${REACTION}'`);
  const before = await received();
  return rate(system, MovieAdded.type, async () => (await received()) === before + EVENTS);
}

/** Copies of an event of the set-up, each of another subject. */
async function rate({ database }: MeasuredSystem, type: string, isOver: () => Promise<boolean>): Promise<number> {
  const begin = performance.now();
  await database.query(
    `WITH copies AS (
       INSERT INTO messaging.outbox (id, type, subject, sequence, time, data)
       SELECT gen_random_uuid(), o.type, subject, 1, now(), o.data || jsonb_build_object('movieId', subject)
       FROM (SELECT type, data FROM messaging.outbox WHERE type = $1 ORDER BY position LIMIT 1) o,
         (SELECT gen_random_uuid() AS subject FROM generate_series(1, $2::int)) new
       RETURNING 1)
     SELECT count(*), pg_notify('messaging_outbox', '') FROM copies`,
    [type, EVENTS],
  );
  await until(isOver, { timeoutMs: 60_000, what: `${EVENTS} events to be handled` });
  return EVENTS / ((performance.now() - begin) / 1_000);
}

async function count({ database }: MeasuredSystem, from: string): Promise<number> {
  return Number((await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`)).rows[0]!.n);
}
