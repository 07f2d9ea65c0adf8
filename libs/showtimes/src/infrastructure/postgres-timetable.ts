import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import type { Timetable } from '../domain/timetable.js';

/**
 * Advisory locks, taken before any row: the movie, then rooms in the order of their ids. Two who insert overlapping ranges would otherwise
 * deadlock in the exclusion constraint, each waiting for the other's row.
 */
@Injectable()
export class PostgresTimetable implements Timetable {
  constructor(private readonly database: Database) {}

  async enter(movieId: string, roomIds: readonly string[]): Promise<void> {
    await this.database.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended('timetable movie ' || $1, 0))`, [movieId]);
    await this.lockRooms(roomIds);
  }

  async freeze(of: { readonly movieId: string } | { readonly roomIds: readonly string[] }): Promise<void> {
    if ('roomIds' in of) return this.lockRooms(of.roomIds);
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('timetable movie ' || $1, 0))`, [of.movieId]);
  }

  private async lockRooms(roomIds: readonly string[]): Promise<void> {
    await this.database.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('timetable room ' || room_id, 0)) FROM unnest($1::text[]) AS room_id`,
      [[...new Set(roomIds)].sort()],
    );
  }
}
