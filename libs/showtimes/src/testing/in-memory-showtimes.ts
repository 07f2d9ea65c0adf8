import { RoomOccupied, ShowtimeNotFound } from '../domain/errors.js';
import { Showtime, type ShowtimeState } from '../domain/showtime.js';
import { Showtimes } from '../domain/showtimes.js';

/** Keeps states and the types of recorded events; every change is alone, as JavaScript is. */
export class InMemoryShowtimes extends Showtimes {
  readonly states = new Map<string, ShowtimeState>();
  readonly recorded: string[] = [];

  async add(showtime: Showtime): Promise<void> {
    this.keep(showtime);
    return Promise.resolve();
  }

  async change<T>(id: string, decide: (showtime: Showtime) => T): Promise<T> {
    const showtime = await this.glance(id);
    const result = decide(showtime);
    this.keep(showtime);
    return result;
  }

  async glance(id: string): Promise<Showtime> {
    const state = this.states.get(id);
    if (state === undefined) throw new ShowtimeNotFound();
    return Promise.resolve(new Showtime(state));
  }

  async aheadOf(movieId: string, now: Date): Promise<string[]> {
    const ahead = [...this.states.values()].filter(
      (state) => state.movieId === movieId && state.status === 'scheduled' && state.startsAt > now,
    );
    return Promise.resolve(ahead.map(({ id }) => id).sort());
  }

  private keep(showtime: Showtime): void {
    const occupying = showtime.state.status === 'scheduled' ? this.occupying(showtime.state) : undefined;
    if (occupying !== undefined) {
      const { id, startsAt, endsAt } = occupying;
      throw new RoomOccupied({ id, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() });
    }
    this.states.set(showtime.id, showtime.state);
    this.recorded.push(...showtime.takeEvents().map(({ event }) => event.type));
  }

  private occupying({ id, roomId, startsAt, roomFreeAt }: ShowtimeState): ShowtimeState | undefined {
    return [...this.states.values()]
      .filter((other) => other.id !== id && other.roomId === roomId && other.status === 'scheduled')
      .filter((other) => other.startsAt < roomFreeAt && startsAt < other.roomFreeAt)
      .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())[0];
  }
}
