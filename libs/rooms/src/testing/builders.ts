/** Theatres and rooms for specs, each with a name of its own. */
import { newId } from '@app/kernel/id.js';
import { Room } from '../domain/room.js';
import { seatPlanOf } from '../domain/seat-plan.js';
import { Theatre, type TheatreDetails } from '../domain/theatre.js';

export const NOW = new Date('2026-03-01T12:00:00Z');

export function aTheatre(own: Partial<TheatreDetails> = {}): Theatre {
  return Theatre.open({ name: `Theatre ${newId()}`, timeZone: 'Europe/Berlin', currency: 'EUR', ...own }, NOW);
}

/** Two standard and two premium seats unless `layout` says otherwise. */
export function aRoom(own: { theatreId?: string; name?: string; cleaningMinutes?: number; layout?: readonly string[] } = {}): Room {
  const { theatreId = newId(), name = `Room ${newId()}`, cleaningMinutes = 15, layout = ['ss', 'pp'] } = own;
  return Room.open({ theatreId, name, cleaningMinutes, plan: seatPlanOf(layout) }, NOW);
}
