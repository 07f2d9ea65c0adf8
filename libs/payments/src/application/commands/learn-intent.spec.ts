import { newId } from '@app/kernel/id.js';
import { anIntent } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { LearnIntent } from './learn-intent.js';

describe('Hearing of an intent', () => {
  it('knows its payment by the metadata, before its id is known', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('lost-before', 'lost-before');
    await desk.start().catch(() => undefined);
    const fact = anIntent({ intentId: 'pi_7', paymentId: desk.payment.id, status: 'succeeded' });
    expect(await desk.execute(new LearnIntent(fact, 'event'))).toBe('learned');
    expect(desk.payment).toMatchObject({ status: 'succeeded', intentId: 'pi_7' });
  });

  it('knows its payment by the id alone', async () => {
    const desk = await PaymentDesk.opened();
    expect(await desk.execute(new LearnIntent(anIntent({ status: 'failed' }), 'event'))).toBe('learned');
    expect(desk.payment.status).toBe('failed');
  });

  it('says when it is not about us', async () => {
    const desk = await PaymentDesk.opened();
    expect(await desk.execute(new LearnIntent(anIntent({ intentId: 'pi_else', paymentId: newId() }), 'event'))).toBe('unknown');
  });

  it('believes no event that disagrees, in whatever', async () => {
    const desk = await PaymentDesk.opened();
    const lies = [
      { amount: { amount: 2_499, currency: 'EUR' } },
      { amount: { amount: 2_500, currency: 'USD' } },
      { received: 2_499 },
      { received: 0 },
      { livemode: true },
    ];
    for (const lie of lies) {
      const fact = anIntent({ status: 'succeeded', received: 2_500, ...lie });
      expect(await desk.execute(new LearnIntent(fact, 'event'))).toBe('doubtful');
    }
    expect(desk.payment).toMatchObject({ status: 'open', captured: 0 });
  });

  it('believes Stripe, and sends back what is not the price', async () => {
    const desk = await PaymentDesk.opened();
    const fact = anIntent({ status: 'succeeded', received: 900, amount: { amount: 900, currency: 'EUR' } });
    await desk.execute(new LearnIntent(fact, 'stripe'));
    expect(desk.payment).toMatchObject({
      status: 'succeeded',
      captured: 900,
      settledAt: null,
      refunds: [{ reason: 'wrong-amount', amount: 900 }],
    });
    expect(desk.eventTypes).not.toContain('payment-succeeded');
    expect(desk.alerts.codes).toEqual(['payment-wrong-amount']);
    await desk.execute(new LearnIntent(fact, 'stripe'));
    expect(desk.payment.refunds).toHaveLength(1);
  });

  it('has an intent cancelled that asks for something else than the price', async () => {
    const desk = await PaymentDesk.opened();
    await desk.execute(new LearnIntent(anIntent({ amount: { amount: 900, currency: 'EUR' } }), 'stripe'));
    expect(desk.dueRows.waiting).toEqual([`cancel-payment ${desk.payment.id}`]);
  });

  it('has a second intent cancelled, or its money sent back, once', async () => {
    const desk = await PaymentDesk.opened();
    const second = { intentId: 'pi_2', paymentId: desk.payment.id };
    expect(await desk.execute(new LearnIntent(anIntent(second), 'event'))).toBe('surplus');
    expect(desk.dueRows.waiting).toEqual(['cancel-intent pi_2']);
    const paid = anIntent({ ...second, status: 'succeeded' });
    expect(await desk.execute(new LearnIntent(paid, 'event'))).toBe('doubtful');
    for (const _ of [1, 2]) expect(await desk.execute(new LearnIntent(paid, 'stripe'))).toBe('surplus');
    const [first, surplus, ...more] = desk.payments.all.values();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(surplus).toMatchObject({
      status: 'succeeded',
      intentId: 'pi_2',
      settledAt: null,
      refunds: [{ reason: 'surplus-payment', amount: 2_500 }],
    });
  });
});
