import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type RoomSeats, SeatPlanOfRoom } from '@app/contracts/rooms.js';
import { type ShowtimeSummary, type ShowtimeTerms, ShowtimesByIds, ShowtimeTermsByIds } from '@app/contracts/showtimes.js';
import { ShowtimeNotFound } from '../domain/errors.js';
import { Seating } from '../domain/seating.js';
import { Seatings } from '../domain/seatings.js';

/** Seat plans kept in memory, about 100 KB each for the largest room. A version of a seat plan never changes. */
const MAX_CACHED_PLANS = 500;

@Injectable()
export class ContractSeatings implements Seatings {
  readonly #plans = new Map<string, RoomSeats>();

  constructor(private readonly queries: QueryBus) {}

  async of(showtimeId: string): Promise<Seating> {
    return this.seatingOf(await this.queries.execute(new ShowtimeTermsByIds([showtimeId])));
  }

  async withNames(showtimeId: string): Promise<Seating<ShowtimeSummary>> {
    return this.seatingOf(await this.queries.execute(new ShowtimesByIds([showtimeId])));
  }

  private async seatingOf<Showtime extends ShowtimeTerms>([showtime]: readonly Showtime[]): Promise<Seating<Showtime>> {
    if (showtime === undefined) throw new ShowtimeNotFound();
    const plan = await this.plan(showtime.room.id, showtime.seatPlanVersion);
    return new Seating(showtime, plan.seats, plan.grid);
  }

  private async plan(roomId: string, version: number): Promise<RoomSeats> {
    const key = `${roomId} ${version}`;
    const cached = this.#plans.get(key);
    if (cached !== undefined) return cached;
    const plan = await this.queries.execute(new SeatPlanOfRoom(roomId, version));
    if (plan === null) throw new Error(`Room ${roomId} has a showtime on seat plan ${version}, which does not exist`);
    if (this.#plans.size >= MAX_CACHED_PLANS) this.#plans.delete(this.#plans.keys().next().value!);
    this.#plans.set(key, plan);
    return plan;
  }
}
