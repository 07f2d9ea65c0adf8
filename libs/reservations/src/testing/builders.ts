/** Seatings and reservations for specs: a showtime in a small room, six hours after NOW. */
import type { Seat } from '@app/contracts/rooms.js';
import type { ShowtimeSummary } from '@app/contracts/showtimes.js';
import { HOUR_MS, MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { newBookingCode } from '../domain/booking-code.js';
import type { BookingPolicy } from '../domain/booking-policy.js';
import { unpaidHoldsAfter } from '../domain/hold-limits.js';
import { Reservation } from '../domain/reservation.js';
import type { HoldDecision, Reservations } from '../domain/reservations.js';
import { Seating } from '../domain/seating.js';
import { OPEN_SALES } from '../domain/sales-status.js';
import type { HoldSituation } from '../domain/situations.js';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const minutesAfter = (minutes: number, from: Date = NOW): Date => addMs(from, minutes * MINUTE_MS);

export const POLICY: BookingPolicy = {
  holdMs: 30 * MINUTE_MS,
  extensionMs: 10 * MINUTE_MS,
  refundUntilBeforeStartMs: 2 * HOUR_MS,
  completeAfterEndMs: HOUR_MS,
  admitBeforeStartMs: 2 * HOUR_MS,
  maxHoldsPerCustomer: 5,
  maxUnpaidHoldMs: 0,
};

/** On sale, the customer has nothing, and every seat is free. */
export const NOTHING_IN_THE_WAY: HoldSituation = {
  salesStatus: OPEN_SALES,
  customerUsage: {
    liveHolds: 0,
    activeSeats: 0,
    blockedByExpiredHold: false,
    unpaidHoldMs: 0,
    ofAllShowtimes: { liveHolds: 0, blockedByExpiredHold: false },
  },
  seatsTaken: { labels: [], blockedByExpiredHold: false },
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

/** Two hours long; standard 12.50, premium 15.00. */
export function aSeating(own: Partial<ShowtimeSummary> = {}): Seating<ShowtimeSummary> {
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
    { rows: 1, columns: 12, lines: { A: 1 } },
  );
}

export interface HoldOptions {
  readonly seating?: Seating;
  readonly seats?: readonly string[];
  readonly customerId?: string;
  readonly code?: string;
  readonly now?: Date;
  readonly policy?: BookingPolicy;
}

/** What `Reservation.hold` needs besides the situation. */
export function requestOf(own: HoldOptions) {
  return {
    id: newId(),
    code: newBookingCode(),
    customerId: newId(),
    seating: aSeating(),
    seats: ['A3', 'A4'],
    policy: POLICY,
    now: NOW,
    ...own,
    ...unpaidHoldsOf(own),
  };
}

function unpaidHoldsOf({ policy = POLICY, now = NOW }: HoldOptions) {
  const since = unpaidHoldsAfter(policy, now);
  return since === undefined ? {} : { unpaidHoldsAfter: since };
}

/** A hold of A3 and A4 that is not stored. */
export function aHold(own: HoldOptions & { readonly situation?: Partial<HoldSituation> } = {}): Reservation {
  return Reservation.hold({ ...requestOf(own), situation: { ...NOTHING_IN_THE_WAY, ...own.situation } });
}

/** A hold that is decided by the situation which `reservations` reads. */
export function storeHold(reservations: Reservations, own: HoldOptions = {}): Promise<Reservation> {
  const request = requestOf(own);
  const showtimeId = request.seating.showtime.id;
  return reservations.hold(
    { ...request, showtimeId },
    answeringItself((situation) => Reservation.hold({ ...request, situation })),
  );
}

/** A decision whose answer is the reservation. */
export function answeringItself(decide: (situation: HoldSituation) => Reservation): HoldDecision<Reservation> {
  return { decide, answer: (reservation) => reservation };
}

/** The whole price of a reservation. */
export function aPayment(reservation: Reservation) {
  const { id, total, currency } = reservation.state;
  return { paymentId: newId(), reservationId: id, amount: { amount: total, currency } };
}

/** A paid reservation that is not stored. */
export function aConfirmed(own: Parameters<typeof aHold>[0] = {}): Reservation {
  const reservation = aHold(own);
  reservation.receivePayment(aPayment(reservation), { seatsReclaimed: false, salesStatus: OPEN_SALES, at: own.now ?? NOW });
  return reservation;
}

/** Types of the events that were recorded, in order. */
export function eventTypes(reservation: Reservation): string[] {
  return reservation.takeEvents().map(({ event }) => event.type);
}
