import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import type { SchedulingLocks } from '../domain/scheduling-locks.js';

/**
 * Advisory locks, taken before any row: first the movies, then the rooms, each sorted by id. Without them two inserts of overlapping ranges would
 * deadlock in the exclusion constraint, each waiting for the row of the other.
 */
@Injectable()
export class PostgresSchedulingLocks implements SchedulingLocks {
  constructor(private readonly database: Database) {}

  async lockForScheduling(movieIds: readonly string[], roomIds: readonly string[]): Promise<void> {
    await this.database.query(
      `SELECT pg_advisory_xact_lock_shared(hashtextextended('scheduling movie ' || movie_id, 0)) FROM unnest($1::text[]) AS movie_id`,
      [[...new Set(movieIds)].sort()],
    );
    await this.lockRooms(roomIds);
  }

  async blockScheduling(of: { readonly movieId: string } | { readonly roomIds: readonly string[] }): Promise<void> {
    if ('roomIds' in of) return this.lockRooms(of.roomIds);
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('scheduling movie ' || $1, 0))`, [of.movieId]);
  }

  private async lockRooms(roomIds: readonly string[]): Promise<void> {
    await this.database.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('scheduling room ' || room_id, 0)) FROM unnest($1::text[]) AS room_id`,
      [[...new Set(roomIds)].sort()],
    );
  }
}
