import { RoomChanged, RoomClosed, type RoomFacts, RoomOpened, SeatsLaidOut } from '@app/contracts/rooms.js';
import type { OverlappingShowtime } from '@app/contracts/showtimes.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import { sortKey } from '@app/kernel/text.js';
import { CleaningOverlapsShowtimes, RoomClosed as RoomClosedError, ShowtimesAhead } from './errors.js';
import type { SeatPlan } from './seat-plan.js';

export interface RoomState extends AggregateState {
  readonly theatreId: string;
  readonly name: string;
  /** `sortKey(name)`, unique among the open rooms of the theatre. Null where the version before stored the room: the name in lower case counts then. */
  readonly nameKey: string | null;
  readonly cleaningMinutes: number;
  /** Of the current plan. */
  readonly seats: number;
  readonly seatPlanVersion: number;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** A version of a room's seats. It never changes. */
export interface SeatPlanVersion {
  readonly roomId: string;
  readonly version: number;
  readonly plan: SeatPlan;
  readonly madeAt: Date;
}

/** A room of a theatre, with one screen. */
export class Room extends AggregateRoot<RoomState> {
  #newPlans: SeatPlanVersion[] = [];

  static open(request: { theatreId: string; name: string; cleaningMinutes: number; plan: SeatPlan }, now: Date): Room {
    const { theatreId, name, cleaningMinutes, plan } = request;
    const state: RoomState = {
      id: newId(),
      version: 0,
      theatreId,
      name,
      nameKey: sortKey(name),
      cleaningMinutes,
      seats: plan.seats.length,
      seatPlanVersion: 1,
      openedAt: now,
      closedAt: null,
    };
    const room = new Room(state);
    room.#newPlans.push({ roomId: room.id, version: 1, plan, madeAt: now });
    room.record(new RoomOpened(factsOf(state)));
    return room;
  }

  /**
   * What is left out stays as it is. `overlappingShowtimes` are those ahead that would overlap with the new cleaning time. Records nothing when
   * nothing differs. Throws `RoomClosed`, `CleaningOverlapsShowtimes`.
   */
  change(
    wanted: { readonly name?: string; readonly cleaningMinutes?: number },
    { overlappingShowtimes }: { overlappingShowtimes: readonly OverlappingShowtime[] },
  ): void {
    this.assertOpen();
    const name = wanted.name ?? this.state.name;
    const nameKey = name === this.state.name ? this.state.nameKey : sortKey(name);
    const changes = { name, nameKey, cleaningMinutes: wanted.cleaningMinutes ?? this.state.cleaningMinutes };
    if (changes.name === this.state.name && changes.cleaningMinutes === this.state.cleaningMinutes) return;
    const changesCleaning = changes.cleaningMinutes !== this.state.cleaningMinutes;
    if (changesCleaning && overlappingShowtimes.length > 0) throw new CleaningOverlapsShowtimes(overlappingShowtimes);
    this.record(new RoomChanged(factsOf({ ...this.state, ...changes })), changes);
  }

  /** Adds a version of the seats, for showtimes that are scheduled from now on. Throws `RoomClosed`. */
  layOut(plan: SeatPlan, now: Date): void {
    this.assertOpen();
    const version = this.state.seatPlanVersion + 1;
    const seats = plan.seats.length;
    this.#newPlans.push({ roomId: this.id, version, plan, madeAt: now });
    this.record(new SeatsLaidOut({ roomId: this.id, seatPlanVersion: version, seats }), { seatPlanVersion: version, seats });
  }

  /** Records nothing when the room is closed already. Throws `ShowtimesAhead`. */
  close({ showtimesAhead, now }: { showtimesAhead: number; now: Date }): void {
    if (this.state.closedAt !== null) return;
    if (showtimesAhead > 0) throw new ShowtimesAhead(showtimesAhead);
    this.record(new RoomClosed({ roomId: this.id }), { closedAt: now });
  }

  /** Returns the versions of the seats that were added since the last call. Each is stored as a row. */
  takePlans(): SeatPlanVersion[] {
    const plans = this.#newPlans;
    this.#newPlans = [];
    return plans;
  }

  private assertOpen(): void {
    if (this.state.closedAt !== null) throw new RoomClosedError();
  }
}

function factsOf({ id, theatreId, name, cleaningMinutes, seats, seatPlanVersion }: RoomState): RoomFacts {
  return { roomId: id, theatreId, name, cleaningMinutes, seats, seatPlanVersion };
}
