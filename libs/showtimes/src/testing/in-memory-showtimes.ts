import { ShowtimeNotFound, ShowtimesOverlap } from '../domain/errors.js';
import { Showtime, type ShowtimeState } from '../domain/showtime.js';
import { Showtimes } from '../domain/showtimes.js';

/** Stores states and the types of recorded events. */
export class InMemoryShowtimes extends Showtimes {
  readonly states = new Map<string, ShowtimeState>();
  readonly recorded: string[] = [];

  async add(showtime: Showtime): Promise<void> {
    this.store(showtime);
    return Promise.resolve();
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
