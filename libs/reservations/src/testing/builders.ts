/** Scenes for specs: a showing of a small room and reservations on it. */
import type { Seat } from '@app/contracts/rooms.js';
import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import { newId } from '@app/kernel/id.js';
import { newBookingCode } from '../domain/booking-code.js';
import type { BookingPolicy } from '../domain/booking-policy.js';
import { Reservation } from '../domain/reservation.js';
import { Seating } from '../domain/seating.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const NOW = new Date('2026-03-01T12:00:00Z');
export const minutesAfter = (minutes: number, from: Date = NOW): Date => new Date(from.getTime() + minutes * MINUTE);

export const POLICY: BookingPolicy = {
  holdMs: 30 * MINUTE,
  extensionMs: 10 * MINUTE,
  refundUntilBeforeStartMs: 2 * HOUR,
  completeAfterEndMs: HOUR,
};

/** Twelve seats A1–A12; A1 and A2 are premium. */
const seats: Seat[] = Array.from({ length: 12 }, (_, i) => ({
  label: `A${i + 1}`,
  row: 'A',
  number: i + 1,
  column: i + 1,
  category: i < 2 ? 'premium' : 'standard',
  accessible: false,
  companion: false,
}));

/** A showing six hours from NOW, two hours long; standard 12.50, premium 15.00. */
export function aSeating(own: Partial<ShowtimeSummary> = {}): Seating {
  return new Seating(
    {
      id: newId(),
      version: 1,
      status: 'scheduled',
      movie: { id: newId(), title: 'Metropolis', runtimeMinutes: 120 },
      theatre: { id: newId(), name: 'Lichtburg', timeZone: 'Europe/Berlin' },
      room: { id: newId(), name: 'Room 1' },
      seatPlanVersion: 1,
      startsAt: minutesAfter(6 * 60).toISOString(),
      startsAtLocal: '2026-03-01T19:00:00',
      endsAt: minutesAfter(8 * 60).toISOString(),
      currency: 'EUR',
      prices: { standard: 1_250, premium: 1_500 },
      salesOpenAt: null,
      ...own,
    },
    seats,
  );
}

export function aHold(
  own: { seating?: Seating; seats?: readonly string[]; customerId?: string; now?: Date; terms?: BookingPolicy } = {},
): Reservation {
  return Reservation.hold({
    id: newId(),
    code: newBookingCode(),
    customerId: own.customerId ?? newId(),
    seating: own.seating ?? aSeating(),
    seats: own.seats ?? ['A3', 'A4'],
    terms: own.terms ?? POLICY,
    now: own.now ?? NOW,
  });
}

export function aPayment(reservation: Reservation): {
  paymentId: string;
  reservationId: string;
  amount: { amount: number; currency: string };
} {
  const { id, total, currency } = reservation.state;
  return { paymentId: newId(), reservationId: id, amount: { amount: total, currency } };
}

export function aConfirmed(own: Parameters<typeof aHold>[0] = {}): Reservation {
  const reservation = aHold(own);
  reservation.receivePayment(aPayment(reservation), false, own.now ?? NOW);
  return reservation;
}

/** Types of what was recorded, in order. */
export function facts(reservation: Reservation): string[] {
  return reservation.takeEvents().map(({ event }) => event.type);
}
