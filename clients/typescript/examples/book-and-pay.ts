/**
 * Registers a customer, books the first free seat of the last showtime, pays it and waits until it is confirmed. Prints what happened, line by line.
 * API_URL and STRIPE_URL say where the API and the Stripe sandbox are. In a shop, Stripe.js takes the place of `payWithTestCard`.
 */
import {
  createCinemaClient,
  getReservation,
  getSeatMap,
  holdSeats,
  itemsOf,
  listShowtimes,
  register,
  startPayment,
  type ReservationView,
  type SeatMapView,
  type ShowtimeView,
} from '../src/index.js';

declare const process: { readonly env: Readonly<Record<string, string | undefined>>; readonly stdout: { write(text: string): void } };

const API_URL = process.env['API_URL'] ?? 'http://127.0.0.1:3000';
const STRIPE_URL = process.env['STRIPE_URL'] ?? 'http://127.0.0.1:12111';
const POLL_MS = 200;
const MAX_POLLS = 100;

const print = (line: string): void => process.stdout.write(`${line}\n`);

const cinema = createCinemaClient({ baseUrl: API_URL });
const { client } = cinema;

const account = { email: `${crypto.randomUUID()}@example.com`, password: 'a-seat-in-the-middle' };
await register({ client, body: { ...account, fullName: 'Ada' }, throwOnError: true });
const refusal = await cinema.logIn(account);
if (refusal !== null) throw new Error(JSON.stringify(refusal));

const { id: showtimeId } = await lastShowtime();
const { data: seatMap } = await getSeatMap({ client, path: { id: showtimeId }, throwOnError: true });
const seat = firstFreeSeat(seatMap);

const headers = { 'Idempotency-Key': crypto.randomUUID() };
const { data: held } = await holdSeats({ client, body: { showtimeId, seats: [seat] }, headers, throwOnError: true });
print(held.status);

const again = await holdSeats({ client, body: { showtimeId, seats: [seat] } });
if (again.error?.code === 'reservations.seats-taken') print(`${again.error.conflictingSeats.length} seat is taken`);

const { data: payment } = await startPayment({ client, path: { id: held.id }, throwOnError: true });
if (payment.clientSecret !== null) print(await payWithTestCard(payment.clientSecret));
print((await settled(held.id)).status);

async function lastShowtime(): Promise<ShowtimeView> {
  let last: ShowtimeView | null = null;
  for await (const showtime of itemsOf((next) => listShowtimes({ client, query: { limit: 50, ...next }, throwOnError: true })))
    last = showtime;
  if (last === null) throw new Error('There is no showtime.');
  return last;
}

function firstFreeSeat({ rows }: SeatMapView): string {
  const free = rows.flatMap(({ seats }) => seats).find(({ status }) => status === 'available');
  if (free === undefined) throw new Error('There is no free seat.');
  return free.label;
}

/** What Stripe.js does in a browser. Returns the status of the payment intent. */
async function payWithTestCard(clientSecret: string): Promise<string> {
  const [intent] = clientSecret.split('_secret');
  const response = await fetch(`${STRIPE_URL}/v1/payment_intents/${intent}/confirm`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('sk_test_bookandpay:')}` },
    body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
  });
  const body: unknown = await response.json();
  return typeof body === 'object' && body !== null && 'status' in body ? String(body.status) : JSON.stringify(body);
}

/** Returns the reservation when it is no longer held. */
async function settled(id: string): Promise<ReservationView> {
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const { data: reservation } = await getReservation({ client, path: { id }, throwOnError: true });
    if (reservation.status !== 'held') return reservation;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error('The payment was not confirmed in time.');
}
