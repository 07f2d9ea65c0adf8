/** Counts, after a drill, what was lost and what was doubled. */
import type { Load } from './load.js';

export type Sql = <Row extends object>(statement: string, parameters?: unknown[]) => Promise<Row[]>;

interface Counts {
  /** Holds that were acknowledged and are not there. */
  readonly lost: number;
  /** Cards that were charged, without a ticket. */
  readonly unconfirmed: number;
  readonly doubledSeats: number;
  readonly eventsPublished: number;
  readonly deliveriesWithEffect: number;
}

export async function countLosses({ held, paid }: Pick<Load, 'held' | 'paid'>, sql: Sql): Promise<Counts> {
  const missing = async (ids: ReadonlySet<string>, condition: string): Promise<number> => {
    const found = await sql(`SELECT FROM reservations.reservations WHERE id = ANY ($1::uuid[]) AND ${condition}`, [[...ids]]);
    return ids.size - found.length;
  };
  const count = async (from: string): Promise<number> => (await sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`))[0]!.n;
  return {
    lost: await missing(held, 'true'),
    unconfirmed: await missing(paid, `status IN ('confirmed', 'completed')`),
    doubledSeats: await count(`(SELECT FROM reservations.seat_claims GROUP BY showtime_id, seat HAVING count(*) > 1) AS doubled`),
    eventsPublished: await count('messaging.outbox WHERE published_at IS NOT NULL'),
    deliveriesWithEffect: await count('messaging.inbox'),
  };
}
