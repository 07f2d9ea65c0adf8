/** Pays reservations through the Stripe sandbox, as a customer's browser does. */
import type { Customer, Json } from './http-client.js';
import type { InProcessSystem } from './in-process-system.js';
import { until } from './until.js';

/** Starts a payment and returns the id of its payment intent. */
export async function paymentIntentOf(system: InProcessSystem, customer: Customer, reservationId: string): Promise<string> {
  const { status, body } = await system.startPayment(customer, reservationId);
  if (status !== 201 && status !== 200) throw new Error(`Starting a payment answered ${status}: ${JSON.stringify(body)}`);
  return (body.clientSecret as string).split('_secret_')[0]!;
}

export async function confirmIntent(system: InProcessSystem, intent: string): Promise<void> {
  await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
}

/** Pays with a card that succeeds, and returns the id of the intent. The webhook may not have arrived yet. */
export async function pay(system: InProcessSystem, customer: Customer, reservationId: string): Promise<string> {
  const intent = await paymentIntentOf(system, customer, reservationId);
  await confirmIntent(system, intent);
  return intent;
}

/** Holds seats, pays, and returns the reservation when it is confirmed. */
export async function buyTicket(system: InProcessSystem, customer: Customer, showtimeId: string, seats: readonly string[]): Promise<Json> {
  const { status, body } = await system.hold(customer, showtimeId, seats);
  if (status !== 201) throw new Error(`Holding ${seats.join()} answered ${status}: ${JSON.stringify(body)}`);
  await pay(system, customer, body.id);
  return until(
    async () => {
      const reservation = await system.reservation(customer, body.id);
      return reservation.status === 'confirmed' && reservation;
    },
    { what: 'the reservation to be confirmed' },
  );
}

/** Returns what Stripe's charges captured less what was refunded, in minor units. */
export async function amountKeptAtStripe(system: InProcessSystem): Promise<number> {
  const { data } = await system.stripe.charges.list({ limit: 100 });
  return data.reduce((sum, charge) => sum + (charge.paid ? charge.amount - charge.amount_refunded : 0), 0);
}

/** Posts to one of the sandbox's controls. */
export async function postToSandbox(system: InProcessSystem, path: string, body?: object): Promise<void> {
  const response = await fetch(`${system.sandbox.url}/sandbox/${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}
