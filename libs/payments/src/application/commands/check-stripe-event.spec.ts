import { OutcomeUnknown } from '../../domain/card-payments.js';
import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { CheckStripeEvent } from './check-stripe-event.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const claim = anIntent({ status: 'succeeded', amount: eur(900) });
const isTrue = 'not what was asked for, and true: what arrived goes back';
const isFalse = 'not what was asked for, and Stripe does not stand by it';

/** With an event that says that 900 came instead of 2500. */
async function doubting(): Promise<{ desk: PaymentDesk; id: string }> {
  const desk = await PaymentDesk.opened();
  const { id } = await desk.hears(claim);
  return { desk, id };
}

describe('Asking Stripe about an event that does not fit', () => {
  it('sends back what arrived where Stripe stands by it, and parks the event', async () => {
    const { desk, id } = await doubting();
    desk.cards.turns('pi_1', claim);
    await desk.execute(new CheckStripeEvent(id));
    expect(desk.payment).toMatchObject({ captured: 900, settledAt: null, refunds: [{ reason: 'wrong-amount', amount: 900 }] });
    expect(desk.eventTypes).not.toContain('payment-succeeded');
    expect(desk.stripeEvents.view(id)).toMatchObject({ status: 'parked', note: isTrue });
    expect(desk.alerts.codes).toEqual(['payment-wrong-amount', 'webhook-disagrees']);
  });

  it('goes by what Stripe says instead, and parks the event', async () => {
    const { desk, id } = await doubting();
    desk.cards.turns('pi_1', { status: 'succeeded', received: 2_500 });
    await desk.execute(new CheckStripeEvent(id));
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 2_500, refunds: [] });
    expect(desk.stripeEvents.view(id)).toMatchObject({ status: 'parked', note: isFalse });
    expect(desk.alerts.codes).toEqual(['webhook-disagrees']);
  });

  it('believes nothing of an intent Stripe does not know', async () => {
    const { desk, id } = await doubting();
    desk.cards.intents.clear();
    await desk.execute(new CheckStripeEvent(id));
    expect(desk.payment).toMatchObject({ status: 'open', captured: 0 });
    expect(desk.stripeEvents.view(id)).toMatchObject({ status: 'parked', note: isFalse });
    expect(desk.alerts.codes).toEqual(['webhook-disagrees']);
  });

  it.each([
    ['sum', { amount: eur(800) }],
    ['currency', { amount: { amount: 900, currency: 'USD' } }],
    ['mode', { livemode: true }],
    ['sum received', { received: 800 }],
    ['end', { status: 'open' }],
  ] as const)('calls it false for another %s', async (_, own) => {
    const { desk, id } = await doubting();
    desk.cards.turns('pi_1', { ...claim, ...own });
    await desk.execute(new CheckStripeEvent(id));
    expect(desk.stripeEvents.view(id).note).toBe(isFalse);
  });

  it('calls one true that was overtaken by the end of its intent', async () => {
    const desk = await PaymentDesk.opened();
    const { id } = await desk.hears(anIntent({ amount: eur(900) }));
    desk.cards.turns('pi_1', claim);
    await desk.execute(new CheckStripeEvent(id));
    expect(desk.stripeEvents.view(id).note).toBe(isTrue);
  });

  it('has nothing to put aside where the money came through a second intent: that goes back', async () => {
    const desk = await PaymentDesk.opened();
    const second = anIntent({ intentId: 'pi_2', paymentId: desk.payment.id, status: 'succeeded' });
    const { id, status } = await desk.hears(second);
    desk.cards.intents.set('pi_2', { ...second, clientSecret: 'pi_2_secret' });
    await desk.execute(new CheckStripeEvent(id));
    expect([status, desk.stripeEvents.view(id).status]).toEqual(['checking', 'applied']);
    const [first, surplus] = desk.payments.all.values();
    expect(first).toMatchObject({ status: 'open', intentId: 'pi_1', captured: 0 });
    expect(surplus).toMatchObject({ intentId: 'pi_2', refunds: [{ reason: 'surplus-payment', amount: 2_500 }] });
    expect(desk.alerts.codes).toEqual(['orphaned-intent']);
  });

  it('leaves it in doubt while Stripe does not answer', async () => {
    const { desk, id } = await doubting();
    desk.cards.intent = () => Promise.reject(new OutcomeUnknown('timed out'));
    await expect(desk.execute(new CheckStripeEvent(id))).rejects.toThrow(OutcomeUnknown);
    expect(desk.stripeEvents.view(id).status).toBe('checking');
    expect(desk.alerts.codes).toEqual([]);
  });

  it('is over where something became of it while Stripe was asked', async () => {
    const { desk, id } = await doubting();
    const answer = desk.cards.turns('pi_1', claim);
    desk.cards.intent = async () => {
      await desk.stripeEvents.mark(id, 'ignored', 'seen by an admin');
      return answer;
    };
    await desk.execute(new CheckStripeEvent(id));
    expect(desk.stripeEvents.view(id)).toMatchObject({ status: 'ignored', note: 'seen by an admin' });
    expect(desk.payment).toMatchObject({ status: 'open', captured: 0 });
    expect(desk.alerts.codes).toEqual([]);
  });

  it('need not be done once something became of it', async () => {
    const { desk, id } = await doubting();
    await desk.stripeEvents.mark(id, 'ignored', null);
    desk.cards.intent = () => Promise.reject(new OutcomeUnknown('timed out'));
    for (const eventId of [id, 'evt_nowhere']) await expect(desk.execute(new CheckStripeEvent(eventId))).resolves.toBeUndefined();
  });
});
