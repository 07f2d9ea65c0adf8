/** The steps of the demo: a reservation that is paid and cancelled, a hold that expires, and two payments that arrive late. */
import Stripe from 'stripe';
import { DAY_MS } from '@app/kernel/durations.js';
import { apiClient } from '../api-client.js';
import { seedProgramme } from '../programme/seed.js';
import { DEMO_ADMIN } from '../demo-accounts.js';
import type { Standalone } from '../standalone.js';
import {
  availableSeats,
  cancel,
  hold,
  newCustomer,
  pay,
  payLate,
  settlePayment,
  startPayment,
  waitForRefund,
  waitForStatus,
} from './actions.js';
import { step, waitFor } from './steps.js';

export async function walkThrough({ apiUrl, stripeUrl: sandboxUrl }: Standalone): Promise<void> {
  const visitor = apiClient(apiUrl);
  const { hostname, port } = new URL(sandboxUrl);
  const stripe = new Stripe('sk_test_demo', { host: hostname, port: Number(port), protocol: 'http', telemetry: false });

  await step('add movies and showtimes', async () => {
    const admin = visitor.withToken(await visitor.logIn(DEMO_ADMIN));
    const { movies, showtimes } = await seedProgramme(admin, (await visitor.clock()).now);
    return [null, `${movies} movies, ${showtimes} showtimes`];
  });
  const [first, second] = await step('register two customers', async () => {
    return [await Promise.all([newCustomer(visitor, 'first'), newCustomer(visitor, 'second')]), '201, logged in'];
  });
  const showtimeId = await step('list the coming showtimes', async () => {
    const from = new Date((await visitor.clock()).now.getTime() + DAY_MS).toISOString();
    const { data } = await visitor.expectOk<{ data: { id: string; movie: { title: string }; startsAtLocal: string }[] }>(
      'GET',
      `/showtimes?from=${from}&limit=1`,
    );
    const [found] = data;
    if (found === undefined) throw new Error('there is no showtime');
    return [found.id, `${found.movie.title}, ${found.startsAtLocal}`];
  });
  const available = await step('read the seat map', async () => {
    const seats = await availableSeats(visitor, showtimeId);
    return [seats, `${seats.length} seats available`];
  });
  const nextSeats = (): string[] => available.splice(0, 2);
  const setup = { visitor, showtimeId, sandboxUrl, stripe };

  const paid = nextSeats();
  const reservationId = await step(`the first customer holds ${paid.join(' and ')}`, () => hold(first, showtimeId, paid));
  await step('the second customer tries to hold the same seats', async () => {
    const { status, body } = await second.call('POST', '/reservations', { showtimeId, seats: paid });
    if (status !== 409) throw new Error(`the second customer got ${status}`);
    return [null, `409, ${(body as { conflictingSeats: string[] }).conflictingSeats.join(' and ')} taken`];
  });
  const intentId = await step('start the payment', () => startPayment(first, reservationId));
  await step('pay with the Stripe SDK', () => pay(stripe, intentId));
  await step('the webhook confirms the reservation', () => waitForStatus(first, reservationId, 'confirmed'));
  await step('the mail with the booking code is sent', async () => {
    const mailsUrl = `${apiUrl}/sandbox/mails`;
    const subject = await waitFor('the mail', async () => {
      const { data } = (await (await fetch(`${mailsUrl}?to=first@example.com`)).json()) as { data: { subject: string }[] };
      return data[0]?.subject ?? null;
    });
    return [null, `"${subject}", see ${mailsUrl}`];
  });
  await step('cancel the reservation', () => cancel(first, reservationId));
  await step('the payment is refunded', () => waitForRefund(first, reservationId));

  const unpaid = nextSeats();
  const expiring = await step(`hold ${unpaid.join(' and ')} and do not pay`, () => hold(first, showtimeId, unpaid));
  await step('move the clock ahead by 31 minutes', async () => {
    await visitor.advanceClock(31);
    return [null, (await visitor.clock()).now.toISOString()];
  });
  await step('the hold expires', () => waitForStatus(first, expiring, 'expired'));

  const late = nextSeats();
  const revived = await step(`hold ${late.join(' and ')} and pay, but the bank takes 31 minutes`, () => payLate(first, late, setup));
  await step('the late payment confirms the reservation, because its seats are still free', async () => {
    await settlePayment(sandboxUrl, revived.intentId);
    return waitForStatus(first, revived.reservationId, 'confirmed');
  });

  const tooLate = nextSeats();
  const lost = await step(`hold ${tooLate.join(' and ')} and pay, but the bank takes 31 minutes`, () => payLate(first, tooLate, setup));
  await step('the second customer holds these seats', () => hold(second, showtimeId, tooLate));
  await step('the late payment is refunded in full', async () => {
    await settlePayment(sandboxUrl, lost.intentId);
    return waitForRefund(first, lost.reservationId);
  });
}
