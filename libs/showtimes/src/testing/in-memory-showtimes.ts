import { ShowtimeNotFound, ShowtimesOverlap } from '../domain/errors.js';
import { Showtime, type ShowtimeState } from '../domain/showtime.js';
import { type RuntimeAndCleaning, runtimeAndCleaningOf } from '../domain/placement.js';
import {
  type MovieOrRoom,
  type Neighbour,
  type NextShowtime,
  type OccupiedPeriod,
  Showtimes,
  type UpcomingShowtime,
} from '../domain/showtimes.js';

/** Stores states and the types of recorded events. */
export class InMemoryShowtimes extends Showtimes {
  readonly states = new Map<string, ShowtimeState>();
  readonly recorded: string[] = [];

  async add(showtime: Showtime): Promise<void> {
    this.store(showtime);
    return Promise.resolve();
  }

  async addAll(showtimes: readonly Showtime[]): Promise<void> {
    for (const showtime of showtimes) this.store(showtime);
    return Promise.resolve();
  }

  async startingAt(starts: readonly Pick<ShowtimeState, 'roomId' | 'startsAt'>[]): Promise<ShowtimeState[]> {
    const keys = new Set(starts.map(startOf));
    const found = [...this.states.values()].filter((state) => keys.has(startOf(state)));
    return Promise.resolve(found.sort((a, b) => b.status.localeCompare(a.status) || (a.id < b.id ? -1 : 1)));
  }

  async neighbours(periods: readonly OccupiedPeriod[]): Promise<Neighbour[]> {
    const found = periods.flatMap(({ roomId, startsAt, roomFreeAt }, index) => {
      const ofRoom = this.scheduled()
        .filter((state) => state.roomId === roomId)
        .sort(byStart);
      const last = ofRoom.filter((state) => state.startsAt <= startsAt).slice(-1);
      const next = ofRoom.filter((state) => state.startsAt > startsAt && state.startsAt < roomFreeAt).slice(0, 1);
      return [...last, ...next].map((state) => ({ index, showtime: upcomingOf(state) }));
    });
    return Promise.resolve(found);
  }

  async change<T>(id: string, decide: (showtime: Showtime) => T): Promise<T> {
    const showtime = await this.read(id);
    const result = decide(showtime);
    this.store(showtime);
    return result;
  }

  async read(id: string): Promise<Showtime> {
    const state = this.states.get(id);
    if (state === undefined) throw new ShowtimeNotFound();
    return Promise.resolve(new Showtime(state));
  }

  async idsOfUpcoming(movieId: string, now: Date): Promise<string[]> {
    const upcoming = [...this.states.values()].filter(
      (state) => state.movieId === movieId && state.status === 'scheduled' && state.startsAt > now,
    );
    return Promise.resolve(upcoming.map(({ id }) => id).sort());
  }

  async upcoming(of: MovieOrRoom, now: Date): Promise<UpcomingShowtime[]> {
    const states = this.scheduled().filter((state) => ('movieId' in of ? state.movieId === of.movieId : state.roomId === of.roomId));
    const upcoming = states.filter(({ startsAt }) => startsAt > now).sort((a, b) => (a.id < b.id ? -1 : 1));
    return Promise.resolve(upcoming.map(upcomingOf));
  }

  async overlapping(occupied: readonly UpcomingShowtime[], limit: number): Promise<NextShowtime[]> {
    const found = [...occupied].sort(byStart).flatMap(({ id, roomId, startsAt, roomFreeAt }) => {
      const later = this.scheduled().filter((other) => other.roomId === roomId && other.startsAt > startsAt && other.startsAt < roomFreeAt);
      return later
        .sort(byStart)
        .slice(0, 1)
        .map((next) => ({ id, nextId: next.id, nextStartsAt: next.startsAt }));
    });
    return Promise.resolve(found.slice(0, limit));
  }

  async lastStarting(at: Date, { roomId, exceptId }: { roomId: string; exceptId: string | null }): Promise<UpcomingShowtime | null> {
    const earlier = this.scheduled().filter((state) => state.roomId === roomId && state.id !== exceptId && state.startsAt <= at);
    const last = earlier.sort(byStart).at(-1);
    return Promise.resolve(last === undefined ? null : upcomingOf(last));
  }

  async runtimeAndCleaningOfUpcoming(now: Date): Promise<(RuntimeAndCleaning & { movieId: string; roomId: string })[]> {
    const upcoming = this.scheduled().filter(({ startsAt }) => startsAt > now);
    return Promise.resolve(upcoming.map((state) => ({ movieId: state.movieId, roomId: state.roomId, ...runtimeAndCleaningOf(state) })));
  }

  private scheduled(): ShowtimeState[] {
    return [...this.states.values()].filter(({ status }) => status === 'scheduled');
  }

  private store(showtime: Showtime): void {
    const conflicting = showtime.state.status === 'scheduled' ? this.conflicting(showtime.state) : undefined;
    if (conflicting !== undefined) {
      const { id, startsAt, endsAt } = conflicting;
      throw new ShowtimesOverlap({ id, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() });
    }
    this.states.set(showtime.id, showtime.state);
    this.recorded.push(...showtime.takeEvents().map(({ event }) => event.type));
  }

  private conflicting({ id, roomId, startsAt, roomFreeAt }: ShowtimeState): ShowtimeState | undefined {
    return [...this.states.values()]
      .filter((other) => other.id !== id && other.roomId === roomId && other.status === 'scheduled')
      .filter((other) => other.startsAt < roomFreeAt && startsAt < other.roomFreeAt)
      .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())[0];
  }
}

function startOf({ roomId, startsAt }: Pick<ShowtimeState, 'roomId' | 'startsAt'>): string {
  return `${roomId} ${startsAt.toISOString()}`;
}

function upcomingOf({ id, movieId, roomId, startsAt, endsAt, roomFreeAt }: ShowtimeState): UpcomingShowtime {
  return { id, movieId, roomId, startsAt, endsAt, roomFreeAt };
}

function byStart(a: { startsAt: Date; id: string }, b: { startsAt: Date; id: string }): number {
  return a.startsAt.getTime() - b.startsAt.getTime() || (a.id < b.id ? -1 : 1);
}
