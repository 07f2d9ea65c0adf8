/** Cards and the bank, as customers and Stripe's sandbox have them. */
import type { Customer, Json } from './http-client.js';
import type { InProcessSystem } from './in-process-system.js';
import { until } from './until.js';

/** The intent a reservation can be paid by. */
export async function paymentIntentOf(system: InProcessSystem, customer: Customer, reservationId: string): Promise<string> {
  const { status, body } = await system.startPayment(customer, reservationId);
  if (status !== 201 && status !== 200) throw new Error(`Starting a payment answered ${status}: ${JSON.stringify(body)}`);
  return (body.clientSecret as string).split('_secret_')[0]!;
}

export async function confirmIntent(system: InProcessSystem, intent: string): Promise<void> {
  await system.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
}

/** The customer's card is charged; Stripe's word is on its way. */
export async function pay(system: InProcessSystem, customer: Customer, reservationId: string): Promise<string> {
  const intent = await paymentIntentOf(system, customer, reservationId);
  await confirmIntent(system, intent);
  return intent;
}

/** A seat bought and confirmed. */
export async function buyTicket(system: InProcessSystem, customer: Customer, showtimeId: string, seats: readonly string[]): Promise<Json> {
  const { status, body } = await system.hold(customer, showtimeId, seats);
  if (status !== 201) throw new Error(`Holding ${seats.join()} answered ${status}: ${JSON.stringify(body)}`);
  await pay(system, customer, body.id);
  return until(
    async () => {
      const seen = await system.reservation(customer, body.id);
      return seen.status === 'confirmed' ? seen : undefined;
    },
    { timeoutMs: 15_000, what: 'the reservation to be confirmed' },
  );
}

/** What Stripe holds for the cinema, over all its charges. */
export async function amountKeptAtStripe(system: InProcessSystem): Promise<number> {
  const { data } = await system.stripe.charges.list({ limit: 100 });
  return data.reduce((sum, charge) => sum + (charge.paid ? charge.amount - charge.amount_refunded : 0), 0);
}

/** Turns one of the sandbox's knobs. */
export async function postToSandbox(system: InProcessSystem, path: string, body?: object): Promise<void> {
  const response = await fetch(`${system.sandbox.url}/sandbox/${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}
