import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { Bench, order } from '../testing/bench.js';
import { idOf } from './ids.js';
import { apiVersion } from './ledger.js';

const resources = join(dirname(createRequire(import.meta.url).resolve('stripe')), '..', 'esm', 'resources');

/** The fields an object has by the SDK's own declaration, for the API version it is made for. */
function declared(file: string, name: string): { required: string[]; all: string[] } {
  const source = readFileSync(join(resources, file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
  const body = new RegExp(`export interface ${name} (?:extends \\w+ )?\\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  const fields = [...body.matchAll(/^ +(\w+)(\??): /gm)].map(([, field, optional]) => ({
    field: String(field),
    required: optional === '',
  }));
  return { required: fields.filter(({ required }) => required).map(({ field }) => field), all: fields.map(({ field }) => field) };
}

let bench: Bench;
let stripe: Stripe;
beforeEach(async () => {
  bench = await Bench.start();
  stripe = bench.stripe;
});
afterEach(() => bench.close());

describe('The shapes on the wire', () => {
  it('are those of the API version that the SDK pins', () => {
    expect(Stripe.API_VERSION).toBe(apiVersion);
  });

  it.each([
    ['a payment intent', 'PaymentIntents.d.ts', 'PaymentIntent', () => stripe.paymentIntents.create(order)],
    ['a paid payment intent', 'PaymentIntents.d.ts', 'PaymentIntent', () => bench.pay()],
    ['a charge', 'Charges.d.ts', 'Charge', async () => stripe.charges.retrieve(idOf((await bench.pay()).latest_charge)!)],
    ['a refund', 'Refunds.d.ts', 'Refund', async () => stripe.refunds.create({ payment_intent: (await bench.pay()).id })],
    [
      'a payment method',
      'PaymentMethods.d.ts',
      'PaymentMethod',
      async () => stripe.paymentMethods.retrieve(idOf((await bench.pay()).payment_method)!),
    ],
    [
      'a dispute',
      'Disputes.d.ts',
      'Dispute',
      async () => bench.knob<Stripe.Dispute>('POST', '/disputes', { payment_intent: (await bench.pay()).id }),
    ],
    [
      'an event',
      'Events.d.ts',
      'EventBase',
      async () => {
        await bench.pay();
        return (await stripe.events.list({ limit: 1 })).data[0];
      },
    ],
  ])('of %s have every field that Stripe declares, and none that it does not', async (_, file, name, made) => {
    const { required, all } = declared(file, name);
    const fields = Object.keys((await made()) ?? {});
    expect(required.length).toBeGreaterThan(5);
    expect(required.filter((field) => !fields.includes(field))).toEqual([]);
    expect(fields.filter((field) => !all.includes(field))).toEqual([]);
  });
});
