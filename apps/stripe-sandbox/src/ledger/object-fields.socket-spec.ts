import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Stripe from 'stripe';
import { INTENT_PARAMETERS, SandboxHarness } from '../testing/sandbox-harness.js';
import { idOf } from './ids.js';
import { API_VERSION } from './ledger.js';

const RESOURCES_FOLDER = join(dirname(createRequire(import.meta.url).resolve('stripe')), '..', 'esm', 'resources');

/** Returns the fields of an object in the type declarations of the SDK. */
function declaredFields(file: string, name: string): { required: string[]; all: string[] } {
  const source = readFileSync(join(RESOURCES_FOLDER, file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
  const body = new RegExp(`export interface ${name} (?:extends \\w+ )?\\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  const fields = [...body.matchAll(/^ +(\w+)(\??): /gm)].map(([, field, optional]) => ({
    field: String(field),
    required: optional === '',
  }));
  return { required: fields.filter(({ required }) => required).map(({ field }) => field), all: fields.map(({ field }) => field) };
}

let harness: SandboxHarness;
let stripe: Stripe;
beforeEach(async () => {
  harness = await SandboxHarness.start();
  stripe = harness.stripe;
});
afterEach(() => harness.close());

describe('The fields of the objects', () => {
  it('the API version is the one that the SDK pins', () => {
    expect(Stripe.API_VERSION).toBe(API_VERSION);
  });

  it.each([
    ['a payment intent', 'PaymentIntents.d.ts', 'PaymentIntent', () => stripe.paymentIntents.create(INTENT_PARAMETERS)],
    ['a paid payment intent', 'PaymentIntents.d.ts', 'PaymentIntent', () => harness.pay()],
    ['a charge', 'Charges.d.ts', 'Charge', async () => stripe.charges.retrieve(idOf((await harness.pay()).latest_charge)!)],
    ['a refund', 'Refunds.d.ts', 'Refund', async () => stripe.refunds.create({ payment_intent: (await harness.pay()).id })],
    [
      'a payment method',
      'PaymentMethods.d.ts',
      'PaymentMethod',
      async () => stripe.paymentMethods.retrieve(idOf((await harness.pay()).payment_method)!),
    ],
    [
      'a dispute',
      'Disputes.d.ts',
      'Dispute',
      async () => harness.control<Stripe.Dispute>('POST', '/disputes', { payment_intent: (await harness.pay()).id }),
    ],
    [
      'an event',
      'Events.d.ts',
      'EventBase',
      async () => {
        await harness.pay();
        return (await stripe.events.list({ limit: 1 })).data[0];
      },
    ],
  ])('%s has every field that Stripe declares, and no other', async (_, file, name, made) => {
    const { required, all } = declaredFields(file, name);
    const fields = Object.keys((await made()) ?? {});
    expect(required.length).toBeGreaterThan(5);
    expect(required.filter((field) => !fields.includes(field))).toEqual([]);
    expect(fields.filter((field) => !all.includes(field))).toEqual([]);
  });
});
