import { ShowtimeNotFound } from '../domain/errors.js';
import type { Seating } from '../domain/seating.js';
import { Seatings } from '../domain/seatings.js';

/** Showtimes as they are published at the moment; the newest version put here is what the next asks see. */
export class InMemorySeatings extends Seatings {
  readonly all = new Map<string, Seating>();
  /** How often it was asked. */
  asked = 0;

  put(seating: Seating): Seating {
    this.all.set(seating.showtime.id, seating);
    return seating;
  }

  of(showtimeId: string): Promise<Seating> {
    this.asked++;
    const seating = this.all.get(showtimeId);
    return seating === undefined ? Promise.reject(new ShowtimeNotFound()) : Promise.resolve(seating);
  }
}
