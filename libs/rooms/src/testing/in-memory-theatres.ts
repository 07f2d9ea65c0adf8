import { TheatreNameTaken, TheatreNotFound } from '../domain/errors.js';
import { Theatre, type TheatreState } from '../domain/theatre.js';
import { Theatres } from '../domain/theatres.js';

/** Keeps states and the types of recorded events; every change is alone, as JavaScript is. */
export class InMemoryTheatres extends Theatres {
  readonly states = new Map<string, TheatreState>();
  readonly recorded: string[] = [];
  /** Rooms of each theatre, as the test says. */
  readonly rooms = new Map<string, string[]>();

  async add(theatre: Theatre): Promise<void> {
    this.keep(theatre);
    return Promise.resolve();
  }

  async change<T>(id: string, decide: (theatre: Theatre) => T): Promise<T> {
    const state = this.states.get(id);
    if (state === undefined) throw new TheatreNotFound();
    const theatre = new Theatre(state);
    const result = decide(theatre);
    this.keep(theatre);
    return Promise.resolve(result);
  }

  async exists(id: string): Promise<boolean> {
    return Promise.resolve(this.states.has(id));
  }

  async holdRooms(id: string): Promise<string[]> {
    if (!this.states.has(id)) throw new TheatreNotFound();
    return Promise.resolve(this.rooms.get(id) ?? []);
  }

  private keep(theatre: Theatre): void {
    const name = theatre.state.name.toLowerCase();
    if ([...this.states.values()].some((other) => other.id !== theatre.id && other.name.toLowerCase() === name))
      throw new TheatreNameTaken();
    this.states.set(theatre.id, theatre.state);
    this.recorded.push(...theatre.takeEvents().map(({ event }) => event.type));
  }
}
