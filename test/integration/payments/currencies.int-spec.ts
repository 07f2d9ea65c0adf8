/** Holding, paying and refunding in currencies that Stripe counts in different units, over HTTP and against the sandbox. */
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

let system: InProcessSystem;
let token: string;
beforeAll(async () => {
  system = await startInProcessSystem();
  token = await system.adminToken();
}, 60_000);
afterAll(() => system?.close());

/** `price` in minor units as Stripe counts them, how people write it, and amounts that are no price. */
const CURRENCIES = [
  { currency: 'EUR', price: 1_250, written: '12.50 EUR', refused: [49] },
  { currency: 'JPY', price: 1_250, written: '1250 JPY', refused: [49] },
  { currency: 'ISK', price: 125_000, written: '1250 ISK', refused: [1_250, 125_001] },
  { currency: 'UGX', price: 500_000, written: '5000 UGX', refused: [550, 500_010] },
  { currency: 'KWD', price: 1_250, written: '1.250 KWD', refused: [5, 1_255] },
  { currency: 'HUF', price: 250_000, written: '2500 HUF', refused: [17_499] },
];

describe('A reservation in another currency', () => {
  it.each(CURRENCIES)('a seat for $written is paid and refunded, and no other amount is taken', async ({ currency, price, refused }) => {
    const { showtimeId } = await system.createShowtime({ currency, price });
    for (const standard of refused) {
      const answer = await system.patch(`/showtimes/${showtimeId}`, { prices: { standard } }, { token });
      expect([standard, answer.status, answer.body.code]).toEqual([standard, 422, 'showtimes.price-refused']);
    }
    const customer = await system.registerCustomer();
    const { body: reservation } = await system.hold(customer, showtimeId, ['A1', 'A2']);
    expect(reservation.total).toEqual({ amount: 2 * price, currency });
    const { body: payment } = await system.startPayment(customer, reservation.id as string);
    const intentId = (payment.clientSecret as string).split('_secret_')[0]!;
    await system.stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
    await untilReservation('confirmed', () => system.reservation(customer, reservation.id as string));
    const goodwill = (amount: number) => system.post(`/admin/payments/${payment.id}/refunds`, { amount, reason: 'Cold' }, { token });
    const part = price / 5;
    if (currency !== 'EUR' && currency !== 'JPY' && currency !== 'HUF') expect((await goodwill(part + 1)).status).toBe(422);
    expect((await goodwill(part)).body).toMatchObject({ amount: { amount: part, currency }, status: 'requested' });
    await untilRefunded(intentId, part);
    await system.expectOk('DELETE', `/reservations/${reservation.id}`, { token: customer.token });
    await untilRefunded(intentId, 2 * price);
  });
});

describe('The sandbox', () => {
  it.each([
    ['isk', 125_050],
    ['ugx', 550],
    ['kwd', 1_255],
  ])('an amount that %s cannot express is refused as by Stripe', async (currency, amount) => {
    await expect(system.stripe.paymentIntents.create({ amount, currency })).rejects.toThrow('Invalid amount');
    const paid = { amount: 200_000, currency, confirm: true, payment_method: 'pm_card_visa' } as const;
    const automatic = { enabled: true, allow_redirects: 'never' } as const;
    const intent = await system.stripe.paymentIntents.create({ ...paid, automatic_payment_methods: automatic });
    await expect(system.stripe.refunds.create({ payment_intent: intent.id, amount: 1_255 })).rejects.toThrow('Invalid amount');
  });
});

async function untilReservation(status: string, read: () => Promise<{ status: string }>): Promise<void> {
  await until(async () => (await read()).status === status, { what: `the reservation to be ${status}` });
}

function untilRefunded(intentId: string, amount: number): Promise<unknown> {
  const refunded = async () => {
    const { data } = await system.stripe.refunds.list({ payment_intent: intentId });
    return data.reduce((sum, refund) => sum + (refund.status === 'succeeded' ? refund.amount : 0), 0) === amount;
  };
  return until(refunded, { what: `${amount} of ${intentId} to be refunded` });
}
