import { TheatreNameTaken, TheatreNotFound } from '../domain/errors.js';
import { Theatre, type TheatreState } from '../domain/theatre.js';
import { Theatres } from '../domain/theatres.js';

/** Stores states and the types of recorded events. */
export class InMemoryTheatres extends Theatres {
  readonly states = new Map<string, TheatreState>();
  readonly recorded: string[] = [];
  /** Ids of rooms by theatre. The spec fills it. */
  readonly roomIds = new Map<string, string[]>();

  async add(theatre: Theatre): Promise<void> {
    this.store(theatre);
    return Promise.resolve();
  }

  async change<T>(id: string, decide: (theatre: Theatre) => T): Promise<T> {
    const state = this.states.get(id);
    if (state === undefined) throw new TheatreNotFound();
    const theatre = new Theatre(state);
    const result = decide(theatre);
    this.store(theatre);
    return Promise.resolve(result);
  }

  async exists(id: string): Promise<boolean> {
    return Promise.resolve(this.states.has(id));
  }

  async lockedRoomIds(id: string): Promise<string[]> {
    if (!this.states.has(id)) throw new TheatreNotFound();
    return Promise.resolve(this.roomIds.get(id) ?? []);
  }

  private store(theatre: Theatre): void {
    const { nameKey } = theatre.state;
    if ([...this.states.values()].some((other) => other.id !== theatre.id && other.nameKey === nameKey)) throw new TheatreNameTaken();
    this.states.set(theatre.id, theatre.state);
    this.recorded.push(...theatre.takeEvents().map(({ event }) => event.type));
  }
}
