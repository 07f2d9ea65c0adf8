/** One event of every kind that reports react to, with the fact that it is kept as. */
import * as movies from '@app/contracts/movies.js';
import * as payments from '@app/contracts/payments.js';
import * as reservations from '@app/contracts/reservations.js';
import * as rooms from '@app/contracts/rooms.js';
import * as showtimes from '@app/contracts/showtimes.js';
import type { DomainEvent, EventContext } from '@app/kernel/domain-event.js';
import { idOfDispute, idOfPayOut } from '../domain/report-facts.js';

const idOf = (n: number) => `01998f1e-6c1f-7a70-9d1c-0000000000${String(n).padStart(2, '0')}`;
export const IDS = {
  movie: idOf(1),
  theatre: idOf(2),
  room: idOf(3),
  showtime: idOf(4),
  reservation: idOf(5),
  payment: idOf(6),
  refund: idOf(7),
  event: idOf(8),
};

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const movie = { movieId: IDS.movie, title: 'Metropolis', runtimeMinutes: 153, releaseDate: null, ageRating: null, genres: [] };
const theatre = { theatreId: IDS.theatre, name: 'Lichtburg', timeZone: 'Europe/Berlin', currency: 'EUR' };
const showtime = {
  showtimeId: IDS.showtime,
  showtimeVersion: 1,
  movieId: IDS.movie,
  roomId: IDS.room,
  theatreId: IDS.theatre,
  seatPlanVersion: 1,
  seats: 120,
  startsAt: '2026-11-21T19:00:00.000Z',
  endsAt: '2026-11-21T21:33:00.000Z',
  currency: 'EUR',
  prices: { standard: 1_000 },
  salesOpenAt: null,
};
const reservation = { reservationId: IDS.reservation, showtimeId: IDS.showtime, customerId: idOf(9) };
const payment = { paymentId: IDS.payment, reservationId: IDS.reservation };
const refund = { ...payment, refundId: IDS.refund, amount: eur(300) };
const seat = (label: string) => ({ label, category: 'standard' as const, price: eur(1_000) });

export const AT = new Date('2026-11-20T10:00:00.000Z');
const SEQUENCE = 7;
export const CONTEXT: EventContext = { id: IDS.event, subject: idOf(10), sequence: SEQUENCE, time: AT, correlationId: null };

const showtimeFact = {
  showtimeId: IDS.showtime,
  movieId: IDS.movie,
  theatreId: IDS.theatre,
  roomId: IDS.room,
  capacity: 120,
  startsAt: showtime.startsAt,
};
const money = (id: string, amount: number) => ({ id, ...payment, amount, currency: 'EUR', at: AT, sequence: SEQUENCE });
const seats = (seatsSold: number) => ({ reservationId: IDS.reservation, showtimeId: IDS.showtime, seatsSold, sequence: SEQUENCE });

/** Each event with the method of `ReportFacts` that it reaches and the fact handed over. */
export const EVENTS: readonly (readonly [DomainEvent, string, unknown])[] = [
  [new movies.MovieAdded(movie), 'saveMovie', { movieId: IDS.movie, title: 'Metropolis', sequence: SEQUENCE }],
  [new movies.MovieChanged({ ...movie, title: 'M' }), 'saveMovie', { movieId: IDS.movie, title: 'M', sequence: SEQUENCE }],
  [
    new rooms.TheatreOpened(theatre),
    'saveTheatre',
    { theatreId: IDS.theatre, name: 'Lichtburg', timeZone: 'Europe/Berlin', sequence: SEQUENCE },
  ],
  [
    new rooms.TheatreChanged({ ...theatre, name: 'Odeon' }),
    'saveTheatre',
    { theatreId: IDS.theatre, name: 'Odeon', timeZone: 'Europe/Berlin', sequence: SEQUENCE },
  ],
  [new showtimes.ShowtimeScheduled(showtime), 'saveShowtime', { ...showtimeFact, sequence: SEQUENCE }],
  [
    new showtimes.ShowtimeChanged({ ...showtime, seats: 80, moved: true }),
    'saveShowtime',
    { ...showtimeFact, capacity: 80, sequence: SEQUENCE },
  ],
  [new showtimes.ShowtimeCancelled({ showtimeId: IDS.showtime, showtimeVersion: 2, reason: null }), 'markShowtimeCancelled', IDS.showtime],
  [
    new reservations.ReservationConfirmed({
      ...reservation,
      paymentId: IDS.payment,
      code: 'ABCDEF',
      seats: [seat('A1'), seat('A2')],
      total: eur(2_000),
      late: false,
    }),
    'saveReservation',
    seats(2),
  ],
  [
    new reservations.SeatsChanged({ ...reservation, status: 'confirmed', seats: [seat('B1')], freed: ['A1', 'A2'], total: eur(1_000) }),
    'saveReservation',
    seats(1),
  ],
  [
    new reservations.SeatsChanged({ ...reservation, status: 'held', seats: [seat('B1')], freed: ['A1'], total: eur(1_000) }),
    'saveReservation',
    seats(0),
  ],
  [
    new reservations.ReservationCancelled({
      ...reservation,
      seats: ['A1', 'A2'],
      paymentId: IDS.payment,
      refundDue: eur(2_000),
      by: 'customer',
      reason: null,
    }),
    'saveReservation',
    seats(0),
  ],
  [new reservations.HoldExpired({ ...reservation, seats: ['A1'] }), 'saveReservation', seats(0)],
  [new payments.PaymentSucceeded({ ...payment, amount: eur(2_000) }), 'saveMoney', money(IDS.event, 2_000)],
  [new payments.UnexpectedMoneyReceived({ ...payment, amount: eur(500), reason: 'wrong-amount' }), 'saveMoney', money(IDS.event, 500)],
  [new payments.PaymentRefunded({ ...refund, reason: 'external' }), 'saveMoney', money(IDS.refund, -300)],
  [
    new payments.DisputeClosed({ ...payment, disputeId: 'dp_1', amount: eur(800), outcome: 'lost' }),
    'saveMoney',
    { ...money(idOfDispute('dp_1'), -800), lostInDispute: true },
  ],
  [new payments.RefundPaidOut({ ...refund, reason: 'goodwill' }), 'saveMoney', money(idOfPayOut(IDS.refund), -300)],
  [new payments.RefundFailed({ ...refund, cause: null }), 'saveMoney', money(IDS.refund, 0)],
];
