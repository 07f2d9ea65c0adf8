import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { SeatPlanOfRoom, type RoomSeats } from '@app/contracts/rooms.js';
import { ShowtimesByIds } from '@app/contracts/showtimes.js';
import { ShowtimeNotFound } from '../domain/errors.js';
import { Seating } from '../domain/seating.js';
import { Seatings } from '../domain/seatings.js';

/** Plans kept in memory; a version of a plan never changes. About 100 KB each for the largest room. */
const PLANS_KEPT = 500;

@Injectable()
export class ContractSeatings implements Seatings {
  readonly #plans = new Map<string, RoomSeats>();

  constructor(private readonly queries: QueryBus) {}

  async of(showtimeId: string): Promise<Seating> {
    const [showtime] = await this.queries.execute(new ShowtimesByIds([showtimeId]));
    if (showtime === undefined) throw new ShowtimeNotFound();
    const plan = await this.plan(showtime.room.id, showtime.seatPlanVersion);
    return new Seating(showtime, plan.seats);
  }

  private async plan(roomId: string, version: number): Promise<RoomSeats> {
    const key = `${roomId} ${version}`;
    const kept = this.#plans.get(key);
    if (kept !== undefined) return kept;
    const plan = await this.queries.execute(new SeatPlanOfRoom(roomId, version));
    if (plan === null) throw new Error(`Room ${roomId} has no seat plan ${version}, yet a showtime was scheduled on it`);
    if (this.#plans.size >= PLANS_KEPT) this.#plans.delete(this.#plans.keys().next().value!);
    this.#plans.set(key, plan);
    return plan;
  }
}
