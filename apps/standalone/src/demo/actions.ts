/** What the demo does as a customer, and what it makes the Stripe sandbox do. */
import type Stripe from 'stripe';
import type { ApiClient } from '../api-client.js';
import { type StepResult, waitFor } from './steps.js';

interface Reservation {
  readonly id: string;
  readonly status: string;
  readonly late: boolean;
  readonly refund: { readonly status: string; readonly amount: { readonly amount: number } } | null;
}

interface Seat {
  readonly label: string;
  readonly status: string;
}

/** Everything that a payment needs besides its customer. */
interface PaymentSetup {
  readonly visitor: ApiClient;
  readonly showtimeId: string;
  readonly sandboxUrl: string;
  readonly stripe: Stripe;
}

export async function newCustomer(visitor: ApiClient, name: string): Promise<ApiClient> {
  const account = { email: `${name}@example.com`, password: 'demo-journey-pass' };
  await visitor.register({ ...account, fullName: `Demo ${name}` });
  return visitor.withToken(await visitor.logIn(account));
}

export async function availableSeats(visitor: ApiClient, showtimeId: string): Promise<string[]> {
  const { rows } = await visitor.expectOk<{ rows: { seats: Seat[] }[] }>('GET', `/showtimes/${showtimeId}/seats`);
  return rows.flatMap(({ seats }) => seats.filter(({ status }) => status === 'available').map(({ label }) => label));
}

export async function hold(customer: ApiClient, showtimeId: string, seats: string[]): Promise<StepResult<string>> {
  const { id, status } = await customer.expectOk<Reservation>('POST', '/reservations', { showtimeId, seats });
  return [id, `201, ${status}`];
}

export async function cancel(customer: ApiClient, reservationId: string): Promise<StepResult<null>> {
  const { status } = await customer.expectOk<Reservation>('DELETE', `/reservations/${reservationId}`);
  return [null, status];
}

/** Returns the id of the payment intent. */
export async function startPayment(customer: ApiClient, reservationId: string): Promise<StepResult<string>> {
  const { clientSecret } = await customer.expectOk<{ clientSecret: string }>('POST', `/reservations/${reservationId}/payment`);
  const intentId = clientSecret.split('_secret_')[0]!;
  return [intentId, intentId];
}

export async function pay(stripe: Stripe, intentId: string): Promise<StepResult<null>> {
  const { status } = await stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
  return [null, status];
}

/** The customer pays in time, and the hold expires before the bank answers. `settlePayment` makes the bank answer. */
export async function payLate(
  customer: ApiClient,
  seats: string[],
  { visitor, showtimeId, sandboxUrl, stripe }: PaymentSetup,
): Promise<StepResult<{ reservationId: string; intentId: string }>> {
  const [reservationId] = await hold(customer, showtimeId, seats);
  const [intentId] = await startPayment(customer, reservationId);
  await postToSandbox(sandboxUrl, `payment_intents/${intentId}/hold_processing`);
  const [, status] = await pay(stripe, intentId);
  await visitor.advanceClock(31);
  await waitForStatus(customer, reservationId, 'expired');
  return [{ reservationId, intentId }, `${status}, expired`];
}

export async function settlePayment(sandboxUrl: string, intentId: string): Promise<void> {
  await postToSandbox(sandboxUrl, `payment_intents/${intentId}/settle`, { outcome: 'succeed' });
}

export async function waitForStatus(customer: ApiClient, reservationId: string, status: string): Promise<StepResult<null>> {
  const { late } = await waitFor(`the reservation to be ${status}`, async () => {
    const reservation = await customer.expectOk<Reservation>('GET', `/reservations/${reservationId}`);
    return reservation.status === status ? reservation : null;
  });
  return [null, late ? `${status}, late` : status];
}

export async function waitForRefund(customer: ApiClient, reservationId: string): Promise<StepResult<null>> {
  const { amount, status } = await waitFor('the refund', async () => {
    const { refund } = await customer.expectOk<Reservation>('GET', `/reservations/${reservationId}`);
    return refund?.status === 'succeeded' ? refund : null;
  });
  return [null, `refund of ${amount.amount} ${status}`];
}

async function postToSandbox(sandboxUrl: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${sandboxUrl}/sandbox/${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status}: ${await response.text()}`);
}
