import type { Room } from './room.js';

export abstract class Rooms {
  /** Throws `RoomNameTaken`. */
  abstract add(room: Room): Promise<void>;

  /** Throws `RoomNotFound`, `RoomNameTaken`. */
  abstract change<T>(id: string, decide: (room: Room) => T): Promise<T>;
}
