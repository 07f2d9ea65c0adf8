import type { Theatre } from './theatre.js';

export abstract class Theatres {
  /** Throws `TheatreNameTaken`. */
  abstract add(theatre: Theatre): Promise<void>;

  /** Throws `TheatreNotFound`, `TheatreNameTaken`. */
  abstract change<T>(id: string, decide: (theatre: Theatre) => T): Promise<T>;

  abstract exists(id: string): Promise<boolean>;

  /** The rooms of a theatre, closed ones included; no room opens in it until the transaction ends. Throws `TheatreNotFound`. */
  abstract holdRooms(id: string): Promise<string[]>;
}
