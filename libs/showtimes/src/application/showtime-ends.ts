/** The end of a showtime is a copy of its movie's runtime and its room's cleaning time. This keeps the copies right. */
import { Injectable } from '@nestjs/common';
import type { RoomSummary } from '@app/contracts/rooms.js';
import type { OverlappingShowtime, ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { END_NOT_CORRECTED } from '../domain/alert-codes.js';
import { type ConflictingShowtime, ShowtimesOverlap } from '../domain/errors.js';
import { endsOf, type RuntimeAndCleaning, runtimeAndCleaningOf } from '../domain/placement.js';
import { SchedulingLocks } from '../domain/scheduling-locks.js';
import { type MovieOrRoom, type OccupiedPeriod, Showtimes, type UpcomingShowtime } from '../domain/showtimes.js';
import { MoviesAndRooms, knownSummary } from './movies-and-rooms.js';

/** An answer with all of them could be megabytes. An admin moves some and asks again. */
const MAX_OVERLAPS = 100;

/** What an event says of a movie or a room, and since when it is so. */
interface RuntimeOrCleaningChange {
  readonly to: Partial<RuntimeAndCleaning>;
  readonly at: Date;
}

@Injectable()
export class ShowtimeEnds {
  constructor(
    private readonly showtimes: Showtimes,
    private readonly locks: SchedulingLocks,
    private readonly clock: Clock,
    private readonly moviesAndRooms: MoviesAndRooms,
    private readonly alerts: Alerts,
  ) {}

  /** Inside a transaction the answer holds until it ends. */
  async overlapsAfter(change: ShowtimesThatWouldOverlap['change']): Promise<OverlappingShowtime[]> {
    const ahead = await this.lockedUpcoming(change, this.clock.now());
    const known = await this.known(ahead);
    const occupied = ahead.map((showtime) => ({
      ...showtime,
      ...endsOf(showtime.startsAt, { ...known.runtimeAndCleaning(showtime), ...change }),
    }));
    const overlaps = await this.showtimes.overlapping(occupied, MAX_OVERLAPS);
    const byId = new Map(occupied.map((showtime) => [showtime.id, showtime]));
    return overlaps.flatMap(({ id, nextId, nextStartsAt }) => {
      const showtime = byId.get(id);
      if (showtime === undefined) return [];
      const { startsAt, endsAt, roomFreeAt, roomId } = showtime;
      return {
        id,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
        roomFreeAt: roomFreeAt.toISOString(),
        room: { id: roomId, name: known.room(roomId).name },
        next: { id: nextId, startsAt: nextStartsAt.toISOString() },
      };
    });
  }

  /**
   * Gives the showtimes ahead the end that their movie and room have now. With a `change` those too that started after it and are not over, because
   * its message may be late: of them only what it changed, and only where it is still so. Call it inside a transaction. An overlap stays and raises
   * an alert.
   */
  async correct(of: MovieOrRoom, change: RuntimeOrCleaningChange | null = null): Promise<void> {
    const now = this.clock.now();
    const since = change === null || change.at > now ? now : change.at;
    const found = await this.lockedUpcoming(of, since);
    const known = await this.known(found);
    for (const showtime of found) {
      const current = known.runtimeAndCleaning(showtime);
      const runtimeAndCleaning = showtime.startsAt > now ? current : runtimeAndCleaningAfter(change, showtime, current);
      const { endsAt, roomFreeAt } = endsOf(showtime.startsAt, runtimeAndCleaning);
      const isRight = endsAt.getTime() === showtime.endsAt.getTime() && roomFreeAt.getTime() === showtime.roomFreeAt.getTime();
      const isOver = roomFreeAt <= now && showtime.roomFreeAt <= now;
      if (!isRight && !isOver) await this.correctOne(showtime.id, runtimeAndCleaning, since);
    }
  }

  /** Ids of the showtimes ahead that would get another end with this runtime. Locks nothing. */
  async withOtherEnd({ movieId, runtimeMinutes }: { movieId: string; runtimeMinutes: number }): Promise<string[]> {
    const ahead = await this.showtimes.upcoming({ movieId }, this.clock.now());
    const known = await this.known(ahead);
    const differs = (showtime: UpcomingShowtime): boolean => {
      const { endsAt, roomFreeAt } = endsOf(showtime.startsAt, { ...known.runtimeAndCleaning(showtime), runtimeMinutes });
      return endsAt.getTime() !== showtime.endsAt.getTime() || roomFreeAt.getTime() !== showtime.roomFreeAt.getTime();
    };
    return ahead.filter(differs).map(({ id }) => id);
  }

  /**
   * Refuses a start before the showtime ahead of it has really ended: its stored end may still be that of an older runtime. Call it under the
   * locks of scheduling. Throws `ShowtimesOverlap`.
   */
  async assertRoomFree(at: Date, where: { readonly roomId: string; readonly exceptId: string | null }): Promise<void> {
    const last = await this.showtimes.lastStarting(at, where);
    // What has started keeps its end, and the constraint compares it.
    if (last === null || last.startsAt <= this.clock.now()) return;
    const { endsAt, roomFreeAt } = endsOf(last.startsAt, (await this.known([last])).runtimeAndCleaning(last));
    if (roomFreeAt <= at) return;
    throw new ShowtimesOverlap({ id: last.id, startsAt: last.startsAt.toISOString(), endsAt: endsAt.toISOString() });
  }

  /** As `assertRoomFree`, for many at once: for each period the showtime that it overlaps with, or null. */
  async conflictsOf(periods: readonly OccupiedPeriod[]): Promise<(ConflictingShowtime | null)[]> {
    const neighbours = await this.showtimes.neighbours(periods);
    const known = await this.known(neighbours.map(({ showtime }) => showtime));
    const conflicts: (ConflictingShowtime | null)[] = periods.map(() => null);
    for (const { index, showtime } of neighbours) {
      const { id, startsAt } = showtime;
      const times = startsAt <= this.clock.now() ? showtime : endsOf(startsAt, known.runtimeAndCleaning(showtime));
      if (times.roomFreeAt <= periods[index]!.startsAt) continue;
      conflicts[index] ??= { id, startsAt: startsAt.toISOString(), endsAt: times.endsAt.toISOString() };
    }
    return conflicts;
  }

  private async correctOne(id: string, runtimeAndCleaning: RuntimeAndCleaning, since: Date): Promise<void> {
    try {
      await this.showtimes.change(id, (showtime) => showtime.correctEnd(runtimeAndCleaning, since));
    } catch (error) {
      if (!(error instanceof ShowtimesOverlap)) throw error;
      this.alerts.raise(END_NOT_CORRECTED, 'The right end of a showtime overlaps with another one', { showtimeId: id, ...error.details });
    }
  }

  /** Waits for those who schedule there, and keeps others from it. First the movie, then the rooms, as those who schedule do. */
  private async lockedUpcoming(of: MovieOrRoom, since: Date): Promise<UpcomingShowtime[]> {
    if ('movieId' in of) await this.locks.blockScheduling({ movieId: of.movieId });
    else await this.locks.blockScheduling({ roomIds: [of.roomId] });
    const ahead = await this.showtimes.upcoming(of, since);
    if (!('movieId' in of)) return ahead;
    await this.locks.blockScheduling({ roomIds: [...new Set(ahead.map(({ roomId }) => roomId))] });
    // Again: a change of a room may have corrected them while this waited. No other room can have come.
    return this.showtimes.upcoming(of, since);
  }

  /** What the other contexts know at this moment. */
  private async known(showtimes: readonly Pick<UpcomingShowtime, 'movieId' | 'roomId'>[]) {
    const movies = await this.moviesAndRooms.moviesOf(showtimes);
    const rooms = await this.moviesAndRooms.roomsOf(showtimes);
    const room = (id: string): RoomSummary => knownSummary(rooms, id);
    const runtimeAndCleaning = ({ movieId, roomId }: { movieId: string; roomId: string }): RuntimeAndCleaning => ({
      runtimeMinutes: knownSummary(movies, movieId).runtimeMinutes,
      cleaningMinutes: room(roomId).cleaningMinutes,
    });
    return { room, runtimeAndCleaning };
  }
}

/** Of a showtime that started after the change. It stays as it is where another change followed, which may have come after its start. */
function runtimeAndCleaningAfter(
  change: RuntimeOrCleaningChange | null,
  showtime: UpcomingShowtime,
  current: RuntimeAndCleaning,
): RuntimeAndCleaning {
  const changed = { ...current, ...change?.to };
  const isStillSo = changed.runtimeMinutes === current.runtimeMinutes && changed.cleaningMinutes === current.cleaningMinutes;
  return isStillSo ? { ...runtimeAndCleaningOf(showtime), ...change?.to } : runtimeAndCleaningOf(showtime);
}
