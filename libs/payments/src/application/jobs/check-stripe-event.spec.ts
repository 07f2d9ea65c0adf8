import { OutcomeUnknown } from '../../domain/card-payments.js';
import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CheckStripeEvent } from './check-stripe-event.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const claim = anIntent({ status: 'succeeded', amount: eur(900) });
const NOTE_TRUE = 'not what was asked for, and true: what arrived goes back';
const NOTE_FALSE = 'not what was asked for, and Stripe does not stand by it';

/** With an event that says that 900 arrived instead of 2500. */
async function checking(): Promise<{ harness: PaymentsHarness; id: string }> {
  const harness = await PaymentsHarness.opened();
  const { id } = await harness.deliver(claim);
  return { harness, id };
}

describe('CheckStripeEvent', () => {
  it('a true event is parked, and what arrived goes back', async () => {
    const { harness, id } = await checking();
    harness.cards.change('pi_1', claim);
    await harness.run(CheckStripeEvent, id);
    expect(harness.payment).toMatchObject({ captured: 900, settledAt: null, refunds: [{ reason: 'wrong-amount', amount: 900 }] });
    expect(harness.eventTypes).not.toContain('payment-succeeded');
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'parked', note: NOTE_TRUE });
    expect(harness.alerts.codes).toEqual(['payment-wrong-amount', 'webhook-disagrees']);
  });

  it('a false event is parked, and the answer of Stripe is applied', async () => {
    const { harness, id } = await checking();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    await harness.run(CheckStripeEvent, id);
    expect(harness.payment).toMatchObject({ status: 'succeeded', captured: 2_500, refunds: [] });
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'parked', note: NOTE_FALSE });
    expect(harness.alerts.codes).toEqual(['webhook-disagrees']);
  });

  it('an event about an intent that Stripe does not know is parked', async () => {
    const { harness, id } = await checking();
    harness.cards.intents.clear();
    await harness.run(CheckStripeEvent, id);
    expect(harness.payment).toMatchObject({ status: 'open', captured: 0 });
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'parked', note: NOTE_FALSE });
    expect(harness.alerts.codes).toEqual(['webhook-disagrees']);
  });

  it.each([
    ['amount', { amount: eur(800) }],
    ['currency', { amount: { amount: 900, currency: 'USD' } }],
    ['mode', { livemode: true }],
    ['received amount', { received: 800 }],
    ['end', { status: 'open' }],
  ] as const)('an event with another %s than the intent is false', async (_, own) => {
    const { harness, id } = await checking();
    harness.cards.change('pi_1', { ...claim, ...own });
    await harness.run(CheckStripeEvent, id);
    expect(harness.stripeEvents.view(id).note).toBe(NOTE_FALSE);
  });

  it('an event whose intent has ended since is true', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(anIntent({ amount: eur(900) }));
    harness.cards.change('pi_1', claim);
    await harness.run(CheckStripeEvent, id);
    expect(harness.stripeEvents.view(id).note).toBe(NOTE_TRUE);
  });

  it('a true event about money of a second intent is applied, and the money goes back', async () => {
    const harness = await PaymentsHarness.opened();
    const second = anIntent({ intentId: 'pi_2', paymentId: harness.payment.id, status: 'succeeded' });
    const { id, status } = await harness.deliver(second);
    harness.cards.addIntent(second);
    await harness.run(CheckStripeEvent, id);
    expect([status, harness.stripeEvents.view(id).status]).toEqual(['checking', 'applied']);
    const [first, surplus] = harness.payments.all.values();
    expect(first).toMatchObject({ status: 'open', intentId: 'pi_1', captured: 0 });
    expect(surplus).toMatchObject({ intentId: 'pi_2', refunds: [{ reason: 'surplus-payment', amount: 2_500 }] });
    expect(harness.alerts.codes).toEqual(['orphaned-intent']);
  });

  it('an event stays in doubt while Stripe does not answer', async () => {
    const { harness, id } = await checking();
    harness.cards.intent = () => Promise.reject(new OutcomeUnknown('timed out'));
    await expect(harness.run(CheckStripeEvent, id)).rejects.toThrow(OutcomeUnknown);
    expect(harness.stripeEvents.view(id).status).toBe('checking');
    expect(harness.alerts.codes).toEqual([]);
  });

  it('an outcome from elsewhere while Stripe is asked is kept', async () => {
    const { harness, id } = await checking();
    const answer = harness.cards.change('pi_1', claim);
    harness.cards.intent = async () => {
      await harness.stripeEvents.update(id, { attempts: 0, status: 'ignored', note: 'seen by an admin' });
      return answer;
    };
    await harness.run(CheckStripeEvent, id);
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'ignored', note: 'seen by an admin' });
    expect(harness.payment).toMatchObject({ status: 'open', captured: 0 });
    expect(harness.alerts.codes).toEqual([]);
  });

  it('Stripe is not asked about an event that is in no doubt', async () => {
    const { harness, id } = await checking();
    await harness.stripeEvents.update(id, { attempts: 0, status: 'ignored', note: null });
    harness.cards.intent = () => Promise.reject(new OutcomeUnknown('timed out'));
    for (const eventId of [id, 'evt_nowhere']) await expect(harness.run(CheckStripeEvent, eventId)).resolves.toBeUndefined();
  });
});
