import { RoomNameTaken, RoomNotFound } from '../domain/errors.js';
import { Room, type RoomState, type SeatPlanVersion } from '../domain/room.js';
import { Rooms } from '../domain/rooms.js';

/** Stores states, seat plans and the types of recorded events. */
export class InMemoryRooms extends Rooms {
  readonly states = new Map<string, RoomState>();
  readonly plans: SeatPlanVersion[] = [];
  readonly recorded: string[] = [];

  async add(room: Room): Promise<void> {
    this.store(room);
    return Promise.resolve();
  }

  async change<T>(id: string, decide: (room: Room) => T): Promise<T> {
    const state = this.states.get(id);
    if (state === undefined) throw new RoomNotFound();
    const room = new Room(state);
    const result = decide(room);
    this.store(room);
    return Promise.resolve(result);
  }

  private store(room: Room): void {
    const { theatreId, nameKey, closedAt } = room.state;
    const sameName = (other: RoomState): boolean => other.theatreId === theatreId && other.nameKey === nameKey;
    const taken = [...this.states.values()].some((other) => other.id !== room.id && other.closedAt === null && sameName(other));
    if (closedAt === null && taken) throw new RoomNameTaken();
    this.states.set(room.id, room.state);
    this.plans.push(...room.takePlans());
    this.recorded.push(...room.takeEvents().map(({ event }) => event.type));
  }
}
