import type { Theatre } from './theatre.js';

export abstract class Theatres {
  /** Throws `TheatreNameTaken`. */
  abstract add(theatre: Theatre): Promise<void>;

  /** Throws `TheatreNotFound`, `TheatreNameTaken`. */
  abstract change<T>(id: string, decide: (theatre: Theatre) => T): Promise<T>;

  abstract exists(id: string): Promise<boolean>;

  /** Ids of its rooms, closed ones included. No room opens in the theatre until the transaction ends. Throws `TheatreNotFound`. */
  abstract lockedRoomIds(id: string): Promise<string[]>;
}
