/** Scenes for specs: a theatre and a room in it. */
import { newId } from '@app/kernel/id.js';
import { Room } from '../domain/room.js';
import { seatPlanOf } from '../domain/seat-plan.js';
import { Theatre, type TheatreTraits } from '../domain/theatre.js';

export const NOW = new Date('2026-03-01T12:00:00Z');

/** A theatre nobody else has, with the parts that matter to the test. */
export function aTheatre(own: Partial<TheatreTraits> = {}): Theatre {
  return Theatre.open({ name: `Theatre ${newId()}`, timeZone: 'Europe/Berlin', currency: 'EUR', ...own }, NOW);
}

export function aRoom(own: { theatreId?: string; name?: string; cleaningMinutes?: number; layout?: readonly string[] } = {}): Room {
  const { theatreId = newId(), name = `Room ${newId()}`, cleaningMinutes = 15, layout = ['ss', 'pp'] } = own;
  return Room.open({ theatreId, name, cleaningMinutes, plan: seatPlanOf(layout) }, NOW);
}
