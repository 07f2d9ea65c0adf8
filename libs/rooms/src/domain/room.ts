import { RoomChanged, RoomClosed, type RoomFacts, RoomOpened, SeatsLaidOut } from '@app/contracts/rooms.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import { RoomHasShowtimesAhead, RoomIsClosed } from './errors.js';
import type { SeatPlan } from './seat-plan.js';

export interface RoomState extends AggregateState {
  readonly theatreId: string;
  readonly name: string;
  readonly cleaningMinutes: number;
  /** Of the current plan. */
  readonly seats: number;
  readonly seatPlanVersion: number;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** A version of a room's seats, which never changes. */
export interface SeatPlanVersion {
  readonly roomId: string;
  readonly version: number;
  readonly plan: SeatPlan;
  readonly madeAt: Date;
}

/** A screen of a theatre. */
export class Room extends AggregateRoot<RoomState> {
  #laidOut: SeatPlanVersion[] = [];

  static open(request: { theatreId: string; name: string; cleaningMinutes: number; plan: SeatPlan }, now: Date): Room {
    const { theatreId, name, cleaningMinutes, plan } = request;
    const state: RoomState = {
      id: newId(),
      version: 0,
      theatreId,
      name,
      cleaningMinutes,
      seats: plan.seats.length,
      seatPlanVersion: 1,
      openedAt: now,
      closedAt: null,
    };
    const room = new Room(state);
    room.#laidOut.push({ roomId: room.id, version: 1, plan, madeAt: now });
    room.record(new RoomOpened(factsOf(state)));
    return room;
  }

  /** Throws `RoomIsClosed`. */
  change(wanted: { name?: string; cleaningMinutes?: number }): void {
    this.mustBeOpen();
    const changes = { name: wanted.name ?? this.state.name, cleaningMinutes: wanted.cleaningMinutes ?? this.state.cleaningMinutes };
    if (changes.name === this.state.name && changes.cleaningMinutes === this.state.cleaningMinutes) return;
    this.record(new RoomChanged(factsOf({ ...this.state, ...changes })), changes);
  }

  /** A new version of the seats, for showtimes scheduled from now on. Throws `RoomIsClosed`. */
  layOut(plan: SeatPlan, now: Date): void {
    this.mustBeOpen();
    const version = this.state.seatPlanVersion + 1;
    const seats = plan.seats.length;
    this.#laidOut.push({ roomId: this.id, version, plan, madeAt: now });
    this.record(new SeatsLaidOut({ roomId: this.id, seatPlanVersion: version, seats }), { seatPlanVersion: version, seats });
  }

  /** Harmless when closed already. Throws `RoomHasShowtimesAhead`. */
  close(showtimesAhead: number, now: Date): void {
    if (this.state.closedAt !== null) return;
    if (showtimesAhead > 0) throw new RoomHasShowtimesAhead(showtimesAhead);
    this.record(new RoomClosed({ roomId: this.id }), { closedAt: now });
  }

  /** Hands over the plans made since the room was loaded, once: each is stored as a row of its own. */
  releasePlans(): SeatPlanVersion[] {
    const plans = this.#laidOut;
    this.#laidOut = [];
    return plans;
  }

  private mustBeOpen(): void {
    if (this.state.closedAt !== null) throw new RoomIsClosed();
  }
}

function factsOf({ id, theatreId, name, cleaningMinutes, seats, seatPlanVersion }: RoomState): RoomFacts {
  return { roomId: id, theatreId, name, cleaningMinutes, seats, seatPlanVersion };
}
