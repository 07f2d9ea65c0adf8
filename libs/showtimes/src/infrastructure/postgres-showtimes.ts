import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/database-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { ChangedMeanwhile, type ConflictingShowtime, ShowtimeNotFound, ShowtimesOverlap } from '../domain/errors.js';
import { Showtime, type ShowtimeState } from '../domain/showtime.js';
import type { RuntimeAndCleaning } from '../domain/placement.js';
import type { MovieOrRoom, Neighbour, NextShowtime, OccupiedPeriod, Showtimes, UpcomingShowtime } from '../domain/showtimes.js';
import { showtimeSchema } from './showtime.schema.js';

/** A statement has at most 65,535 parameters; a row takes twenty. */
const MAX_INSERTED_ROWS = 1_000;
const UPCOMING_COLUMNS = 'id, movie_id, room_id, starts_at, ends_at, room_free_at';

@Injectable()
export class PostgresShowtimes extends AggregateRepository<ShowtimeState, Showtime> implements Showtimes {
  constructor(database: Database, transactions: Transactions, outbox: Outbox) {
    super({
      database,
      transactions,
      outbox,
      schema: showtimeSchema,
      rebuild: (state) => new Showtime(state),
      notFound: () => new ShowtimeNotFound(),
    });
  }

  override async add(showtime: Showtime): Promise<void> {
    await this.transactions.run(async () => {
      await this.unlessOverlapping(showtime, () => super.add(showtime));
      await this.recordTheatres([showtime.state]);
    });
  }

  async addAll(showtimes: readonly Showtime[]): Promise<void> {
    if (showtimes.length === 0) return;
    const states = showtimes.map(({ state }) => state);
    await this.transactions.run(async () => {
      for (let from = 0; from < showtimes.length; from += MAX_INSERTED_ROWS) {
        await this.database.manager.insert(showtimeSchema, states.slice(from, from + MAX_INSERTED_ROWS)).catch((error: unknown) => {
          throw brokenConstraint(error) === 'showtimes_no_overlap' ? new ChangedMeanwhile() : error;
        });
      }
      await this.recordTheatres(states);
      await this.outbox.append(showtimes);
    });
  }

  override async change<T>(id: string, decide: (showtime: Showtime) => T): Promise<T> {
    return this.transactions.run(async () => {
      let moved: ShowtimeState[] = [];
      const result = await super.change(id, (showtime) => {
        const before = showtime.state;
        const decided = decide(showtime);
        // Before, too: the version before, which may run beside this one, recorded no theatre when it scheduled.
        if (showtime.hasChanged && showtime.state.movedVersion !== null) moved = [before, showtime.state];
        return decided;
      });
      if (moved.length > 0) await this.recordTheatres(moved);
      return result;
    });
  }

  async startingAt(starts: readonly Pick<ShowtimeState, 'roomId' | 'startsAt'>[]): Promise<ShowtimeState[]> {
    return this.database.query<ShowtimeState>(
      `SELECT showtime.* FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::timestamptz[]) AS each (room_id, starts_at)) AS wanted
       JOIN showtimes.showtimes AS showtime USING (room_id, starts_at) ORDER BY showtime.status DESC, showtime.id`,
      [starts.map(({ roomId }) => roomId), starts.map(({ startsAt }) => startsAt)],
    );
  }

  async neighbours(periods: readonly OccupiedPeriod[]): Promise<Neighbour[]> {
    const rows = await this.database.query<UpcomingShowtime & { index: number }>(
      `SELECT (occupied.index - 1)::int AS index, found.*
       FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS occupied (room_id, starts_at, room_free_at, index)
       CROSS JOIN LATERAL (
         (SELECT ${UPCOMING_COLUMNS} FROM showtimes.showtimes
          WHERE room_id = occupied.room_id AND status = 'scheduled' AND starts_at <= occupied.starts_at
          ORDER BY starts_at DESC, id DESC LIMIT 1)
         UNION ALL
         (SELECT ${UPCOMING_COLUMNS} FROM showtimes.showtimes
          WHERE room_id = occupied.room_id AND status = 'scheduled' AND starts_at > occupied.starts_at AND starts_at < occupied.room_free_at
          ORDER BY starts_at, id LIMIT 1)) AS found
       ORDER BY index, found.starts_at`,
      [periods.map(({ roomId }) => roomId), periods.map(({ startsAt }) => startsAt), periods.map(({ roomFreeAt }) => roomFreeAt)],
    );
    return rows.map(({ index, ...showtime }) => ({ index, showtime }));
  }

  async read(id: string): Promise<Showtime> {
    const state = await this.database.manager.findOne(showtimeSchema, { where: { id } });
    if (state === null) throw new ShowtimeNotFound();
    return new Showtime(state);
  }

  async idsOfUpcoming(movieId: string, now: Date): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM showtimes.showtimes WHERE movie_id = $1 AND status = 'scheduled' AND starts_at > $2 ORDER BY id`,
      [movieId, now],
    );
    return rows.map(({ id }) => id);
  }

  async upcoming(of: MovieOrRoom, now: Date): Promise<UpcomingShowtime[]> {
    const [column, id] = 'movieId' in of ? ['movie_id', of.movieId] : ['room_id', of.roomId];
    return this.database.query<UpcomingShowtime>(
      `SELECT ${UPCOMING_COLUMNS} FROM showtimes.showtimes WHERE ${column} = $1 AND status = 'scheduled' AND starts_at > $2 ORDER BY id`,
      [id, now],
    );
  }

  async overlapping(occupied: readonly UpcomingShowtime[], limit: number): Promise<NextShowtime[]> {
    return this.database.query<NextShowtime>(
      `SELECT occupied.id, next.id AS next_id, next.starts_at AS next_starts_at
       FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS occupied (id, room_id, starts_at, room_free_at)
       CROSS JOIN LATERAL (
         SELECT id, starts_at FROM showtimes.showtimes
         WHERE room_id = occupied.room_id AND status = 'scheduled' AND starts_at > occupied.starts_at AND starts_at < occupied.room_free_at
         ORDER BY starts_at LIMIT 1) AS next
       ORDER BY occupied.starts_at, occupied.id LIMIT $5`,
      [
        occupied.map(({ id }) => id),
        occupied.map(({ roomId }) => roomId),
        occupied.map(({ startsAt }) => startsAt),
        occupied.map(({ roomFreeAt }) => roomFreeAt),
        limit,
      ],
    );
  }

  async lastStarting(at: Date, { roomId, exceptId }: { roomId: string; exceptId: string | null }): Promise<UpcomingShowtime | null> {
    const [row] = await this.database.query<UpcomingShowtime>(
      `SELECT ${UPCOMING_COLUMNS} FROM showtimes.showtimes
       WHERE room_id = $1 AND status = 'scheduled' AND starts_at <= $2 AND id IS DISTINCT FROM $3 ORDER BY starts_at DESC, id DESC LIMIT 1`,
      [roomId, at, exceptId],
    );
    return row ?? null;
  }

  async runtimeAndCleaningOfUpcoming(now: Date): Promise<(RuntimeAndCleaning & { movieId: string; roomId: string })[]> {
    return this.database.query(
      `SELECT DISTINCT movie_id, room_id, (extract(epoch FROM ends_at - starts_at) / 60)::float AS runtime_minutes,
         (extract(epoch FROM room_free_at - ends_at) / 60)::float AS cleaning_minutes
       FROM showtimes.showtimes WHERE status = 'scheduled' AND starts_at > $1`,
      [now],
    );
  }

  protected override async store(showtime: Showtime): Promise<void> {
    if (!showtime.hasChanged) return;
    await this.unlessOverlapping(showtime, () => super.store(showtime));
  }

  /** Stays also where they are cancelled or move away. */
  private async recordTheatres(states: readonly Pick<ShowtimeState, 'theatreId'>[]): Promise<void> {
    // Sorted: two transactions that are the first in the same theatres wait for each other and do not deadlock.
    await this.database.query(
      `INSERT INTO showtimes.scheduled_theatres SELECT theatre_id FROM unnest($1::uuid[]) AS theatre_id ORDER BY 1 ON CONFLICT DO NOTHING`,
      [[...new Set(states.map(({ theatreId }) => theatreId))]],
    );
  }

  /** With a savepoint: after the constraint has failed, the conflicting showtime can be read only in a transaction that is still usable. */
  private async unlessOverlapping(showtime: Showtime, write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await this.transactions.savepoint(write);
      } catch (error) {
        if (brokenConstraint(error) !== 'showtimes_no_overlap') throw error;
      }
      const conflicting = await this.conflicting(showtime.state);
      if (conflicting !== null) throw new ShowtimesOverlap(conflicting);
      // The other one was cancelled between the two statements: the room is free now.
    }
  }

  private async conflicting({ id, roomId, startsAt, roomFreeAt }: ShowtimeState): Promise<ConflictingShowtime | null> {
    const [row] = await this.database.query<{ id: string; startsAt: Date; endsAt: Date }>(
      `SELECT id, starts_at, ends_at FROM showtimes.showtimes
       WHERE room_id = $1 AND id <> $2 AND status = 'scheduled' AND tstzrange(starts_at, room_free_at, '[)') && tstzrange($3, $4, '[)')
       ORDER BY starts_at LIMIT 1`,
      [roomId, id, startsAt, roomFreeAt],
    );
    return row === undefined ? null : { id: row.id, startsAt: row.startsAt.toISOString(), endsAt: row.endsAt.toISOString() };
  }
}
