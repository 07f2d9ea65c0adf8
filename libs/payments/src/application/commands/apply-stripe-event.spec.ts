import { newId } from '@app/kernel/id.js';
import { WebhookNotFound } from '../../domain/errors.js';
import { aDispute, anIntent, aRefund } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { ApplyStripeEvent } from './apply-stripe-event.js';
import { LearnIntent } from './learn-intent.js';
import { RefundPayment } from './refund-payment.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const paid = anIntent({ status: 'succeeded' });

describe('Applying an event of Stripe', () => {
  it('takes in the money it tells of, once, however often that is done', async () => {
    const desk = await PaymentDesk.opened();
    const { id } = await desk.hears(paid);
    await desk.execute(new ApplyStripeEvent(id));
    expect(desk.stripeEvents.view(id)).toMatchObject({ status: 'applied', note: null });
    expect(desk.eventTypes).toEqual(['payment-started', 'payment-succeeded']);
  });

  it.each([
    ['of a type that does not matter here', null],
    ["about somebody else's intent", anIntent({ intentId: 'pi_else', paymentId: newId() })],
    ["about a refund of somebody else's money", aRefund({ intentId: 'pi_else' })],
    ['about a refund without an intent', aRefund({ intentId: null })],
    ['about a refund without an intent that names none of ours', aRefund({ intentId: null, refundId: newId() })],
    ["about refunds of somebody else's money", { kind: 'refunds-changed', intentId: 'pi_else' }],
    ['about refunds without an intent', { kind: 'refunds-changed', intentId: null }],
    ["about a dispute over somebody else's money", aDispute({ intentId: 'pi_else' })],
    ['about a dispute without an intent', aDispute({ intentId: null })],
  ] as const)('ignores one %s, and says so', async (_, fact) => {
    const desk = await PaymentDesk.opened();
    const note = fact === null ? 'not a type that matters here' : 'not about a payment of ours';
    expect(await desk.hears(fact)).toMatchObject({ status: 'ignored', note });
    expect(desk.eventTypes).toEqual(['payment-started']);
    expect([desk.dueRows.waiting, [...desk.disputes.all], desk.alerts.codes]).toEqual([[], [], []]);
  });

  it('has Stripe asked about one that does not say what was asked for', async () => {
    const desk = await PaymentDesk.opened();
    const { id, status } = await desk.hears({ ...paid, amount: eur(1), received: 1 });
    expect(status).toBe('checking');
    expect(desk.dueRows.waiting).toEqual([`check-event ${id}`]);
    expect(desk.payment).toMatchObject({ status: 'open', captured: 0 });
  });

  it('does not know an event that never came', async () => {
    await expect(new PaymentDesk().execute(new ApplyStripeEvent('evt_nowhere'))).rejects.toThrow(WebhookNotFound);
  });
});

describe('An event that cannot be applied', () => {
  it('is kept with the reason, to be tried again', async () => {
    const desk = await PaymentDesk.opened();
    desk.meanwhile.set(LearnIntent, () => Promise.reject(new Error('deadlock detected')));
    const { id, ...kept } = await desk.hears(paid);
    expect(kept).toMatchObject({ status: 'failed', tries: 1, note: 'Error: deadlock detected' });
    expect(desk.alerts.codes).toEqual([]);
    desk.meanwhile.clear();
    await desk.execute(new ApplyStripeEvent(id));
    expect(desk.stripeEvents.view(id)).toMatchObject({ status: 'applied', note: null });
    expect(desk.payment.status).toBe('succeeded');
  });

  it('is parked after ten tries for a person who hears of it', async () => {
    const desk = await PaymentDesk.opened();
    desk.meanwhile.set(LearnIntent, () => Promise.reject(new Error('deadlock detected')));
    const { id } = await desk.hears(paid);
    for (let tries = 2; tries <= 9; tries++) await desk.execute(new ApplyStripeEvent(id));
    expect([desk.stripeEvents.view(id).status, desk.alerts.codes]).toEqual(['failed', []]);
    await desk.execute(new ApplyStripeEvent(id));
    expect([desk.stripeEvents.view(id).status, desk.alerts.codes]).toEqual(['parked', ['webhook-parked']]);
  });

  it('is parked at once where nobody could read it', async () => {
    const desk = await PaymentDesk.opened();
    const event = await desk.hears(null, { body: {} });
    expect(event).toMatchObject({ status: 'parked', tries: 0, note: 'UnreadableEvent: fact is missing' });
    expect(desk.alerts.codes).toEqual(['webhook-parked']);
  });
});

describe('An event about a refund', () => {
  async function owing(): Promise<{ desk: PaymentDesk; refundId: string }> {
    const desk = await PaymentDesk.paid();
    await desk.execute(new RefundPayment(desk.payment.id, 'reservation-cancelled', eur(1_000)));
    return { desk, refundId: desk.payment.refunds[0]!.id };
  }

  it('is believed where it says what was ordered, with the intent or by its name alone', async () => {
    for (const intentId of ['pi_1', null]) {
      const { desk, refundId } = await owing();
      expect((await desk.hears(aRefund({ refundId, intentId, amount: eur(1_000) }))).status).toBe('applied');
      expect(desk.payment.refunded).toBe(1_000);
      expect(desk.dueRows.waiting).toEqual([`submit-refund ${refundId}`]);
    }
  });

  it('has the list asked where it says anything else', async () => {
    const { desk, refundId } = await owing();
    const byHand = aRefund({ stripeRefundId: 're_hand', amount: eur(1_000) });
    for (const fact of [byHand, aRefund({ refundId, amount: eur(999) }), { kind: 'refunds-changed', intentId: 'pi_1' } as const]) {
      const list = { kind: 'list-refunds', subject: desk.payment.id } as const;
      expect((await desk.hears(fact)).status).toBe('applied');
      expect(desk.dueRows.waiting).toContain(`list-refunds ${list.subject}`);
      expect(desk.payment).toMatchObject({ refunded: 0, refunds: [{ status: 'requested' }] });
      await desk.dueRows.done(list);
    }
  });
});

describe('An event about a dispute', () => {
  it('is recorded, told of when it is opened, and left to people', async () => {
    const desk = await PaymentDesk.paid();
    const before = desk.payment;
    expect((await desk.hears(aDispute())).status).toBe('applied');
    const lost = aDispute({ status: 'lost', closed: true });
    await desk.hears(lost);
    expect([...desk.disputes.all.values()]).toEqual([{ ...lost, paymentId: before.id }]);
    expect(desk.alerts.codes).toEqual(['dispute-opened']);
    expect(desk.payment).toEqual(before);
  });
});
