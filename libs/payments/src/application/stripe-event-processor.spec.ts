import { newId } from '@app/kernel/id.js';
import { CardRefused } from '../domain/card-payments.js';
import { WebhookNotFound } from '../domain/errors.js';
import { aDispute, anIntent, aRefund } from '../testing/fake-card-payments.js';
import { PaymentsHarness } from '../testing/payments-harness.js';
import { RefundPayment } from './commands/refund-payment.js';
import { StripeEventProcessor } from './stripe-event-processor.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const paid = anIntent({ status: 'succeeded' });
const apply = (harness: PaymentsHarness, eventId: string) => harness.bus.get(StripeEventProcessor).apply(eventId);

describe('An event about an intent', () => {
  it('an event about an intent captures its money once, however often applied', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(paid);
    await apply(harness, id);
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'applied', note: null });
    expect(harness.eventTypes).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('an event that does not say what was requested is checked by a job', async () => {
    const harness = await PaymentsHarness.opened();
    const { id, status } = await harness.deliver({ ...paid, amount: eur(1), received: 1 });
    expect(status).toBe('checking');
    expect(harness.jobs.waiting).toEqual([`payments.check-stripe-event ${id}`]);
    expect(harness.payment).toMatchObject({ status: 'open', captured: 0 });
  });

  it('an event that does not exist is not found', async () => {
    await expect(apply(new PaymentsHarness(), 'evt_nowhere')).rejects.toThrow(WebhookNotFound);
  });
});

describe('An event that is not about our objects', () => {
  it.each([
    ['of an unused type', null],
    ['about a foreign intent', anIntent({ intentId: 'pi_else', paymentId: newId() })],
    ['about a refund of foreign money', aRefund({ intentId: 'pi_else' })],
    ['about a refund without an intent', aRefund({ intentId: null })],
    ['about a refund without an intent that names none of ours', aRefund({ intentId: null, refundId: newId() })],
    ['about refunds of foreign money', { kind: 'refunds-changed', intentId: 'pi_else', chargeId: 'ch_else' }],
    ['about refunds without an intent', { kind: 'refunds-changed', intentId: null, chargeId: null }],
    ['about a dispute over foreign money', aDispute({ intentId: 'pi_else' })],
    ['about a dispute without an intent', aDispute({ intentId: null })],
  ] as const)('an event %s is ignored', async (_, fact) => {
    const harness = await PaymentsHarness.opened();
    const note = fact === null ? 'of no type or no account that matters here' : 'not about a payment of ours';
    expect(await harness.deliver(fact)).toMatchObject({ status: 'ignored', note });
    expect(harness.eventTypes).toEqual(['payment-started']);
    expect([harness.jobs.waiting, [...harness.disputes.all], harness.alerts.codes]).toEqual([[], [], []]);
  });
});

describe('An event that cannot be applied', () => {
  it('an error is kept with the event, which is applied again later', async () => {
    const harness = await PaymentsHarness.opened();
    harness.break();
    const { id } = await harness.deliver(paid);
    expect(harness.stripeEvents.all.get(id)).toMatchObject({ status: 'failed', attempts: 1, note: 'Error: deadlock detected' });
    expect(harness.alerts.codes).toEqual([]);
    harness.repair();
    await apply(harness, id);
    expect(harness.stripeEvents.view(id)).toMatchObject({ status: 'applied', note: null });
    expect(harness.payment.status).toBe('succeeded');
  });

  it('the tenth failure parks the event with an alert', async () => {
    const harness = await PaymentsHarness.opened();
    harness.break();
    const { id } = await harness.deliver(paid);
    for (let attempts = 2; attempts <= 9; attempts++) await apply(harness, id);
    expect([harness.stripeEvents.view(id).status, harness.alerts.codes]).toEqual(['failed', []]);
    await apply(harness, id);
    expect([harness.stripeEvents.view(id).status, harness.alerts.codes]).toEqual(['parked', ['webhook-parked']]);
  });

  it('an unreadable event that names an object of ours is parked at once', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(null, { body: { named: { paymentId: harness.payment.id } } });
    expect(harness.stripeEvents.all.get(id)).toMatchObject({ status: 'parked', attempts: 0, note: 'UnreadableEvent: fact is missing' });
    expect(harness.alerts.codes).toEqual(['webhook-parked']);
  });
});

describe('An event of another system', () => {
  it('an unreadable event that names nothing of ours is ignored without an alert', async () => {
    const harness = await PaymentsHarness.opened();
    for (const named of [{}, { paymentId: newId() }, { intentId: 'pi_foreign' }, { refundId: newId() }]) {
      expect(await harness.deliver(null, { body: { named } })).toMatchObject({ status: 'ignored', note: 'not about a payment of ours' });
    }
    expect(harness.alerts.codes).toEqual([]);
  });

  it('an unreadable event is ours by its payment, its intent or its refund', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    for (const named of [{ paymentId: harness.payment.id }, { intentId: 'pi_1' }, { refundId: harness.payment.refunds[0]!.id }]) {
      expect((await harness.deliver(null, { body: { named } })).status).toBe('parked');
    }
  });
});

describe('An event about a refund', () => {
  async function requested(): Promise<{ harness: PaymentsHarness; refundId: string }> {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    return { harness, refundId: harness.payment.refunds[0]!.id };
  }

  it('a refund exactly as requested is applied, found by its intent or its name alone', async () => {
    for (const intentId of ['pi_1', null]) {
      const { harness, refundId } = await requested();
      expect((await harness.deliver(aRefund({ refundId, intentId, amount: eur(1_000) }))).status).toBe('applied');
      expect(harness.payment.refunded).toBe(1_000);
      expect(harness.jobs.waiting).toEqual([`payments.submit-refund ${refundId}`]);
    }
  });

  it('a refund of the other mode has Stripe asked for its list', async () => {
    const { harness, refundId } = await requested();
    expect((await harness.deliver(aRefund({ refundId, amount: eur(1_000) }), { livemode: true })).status).toBe('applied');
    expect(harness.payment).toMatchObject({ refunded: 0, refunds: [{ status: 'requested' }] });
    expect(harness.jobs.waiting).toContain(`payments.list-refunds ${harness.payment.id}`);
  });

  it('any other refund has Stripe asked for its list', async () => {
    const { harness, refundId } = await requested();
    const byHand = aRefund({ stripeRefundId: 're_hand', amount: eur(1_000) });
    for (const fact of [
      byHand,
      aRefund({ refundId, amount: eur(999) }),
      { kind: 'refunds-changed', intentId: 'pi_1', chargeId: 'ch_1' } as const,
    ]) {
      const job = { kind: 'payments.list-refunds', subject: harness.payment.id } as const;
      expect((await harness.deliver(fact)).status).toBe('applied');
      expect(harness.jobs.waiting).toContain(`${job.kind} ${job.subject}`);
      expect(harness.payment).toMatchObject({ refunded: 0, refunds: [{ status: 'requested' }] });
      await harness.jobs.withdraw(job);
    }
  });
});

describe('An event about a dispute', () => {
  it('a dispute of the other mode is recorded as Stripe knows it, or is an alert', async () => {
    const harness = await PaymentsHarness.paid();
    const body = { fact: aDispute({ amount: eur(999) }), named: { intentId: 'pi_1' } };
    const deliver = () => harness.deliver(null, { livemode: true, body });
    expect((await deliver()).status).toBe('applied');
    expect(harness.jobs.waiting).toEqual(['payments.check-dispute dp_1']);
    await harness.runJobs();
    expect([...harness.disputes.all]).toEqual([]);
    expect(harness.alerts.codes).toEqual(['webhook-disagrees']);
    harness.cards.disputes.set('dp_1', aDispute());
    await deliver();
    await harness.runJobs();
    expect(harness.alerts.codes).toEqual(['webhook-disagrees', 'dispute-opened']);
    harness.cards.disputes.clear();
    await deliver();
    await harness.runJobs();
    expect(harness.alerts.codes).toEqual(['webhook-disagrees', 'dispute-opened', 'dispute-missing']);
    expect([...harness.disputes.all.values()]).toMatchObject([{ id: 'dp_1', paymentId: harness.payment.id, amount: eur(2_500) }]);
  });

  it('a dispute is recorded with one alert, and its payment stays as it is', async () => {
    const harness = await PaymentsHarness.paid();
    const before = harness.payment;
    expect((await harness.deliver(aDispute())).status).toBe('applied');
    const lost = aDispute({ status: 'lost', closed: true });
    await harness.deliver(lost);
    expect([...harness.disputes.all.values()]).toMatchObject([{ id: lost.disputeId, paymentId: before.id, status: 'lost', lost: 2_500 }]);
    expect(harness.alerts.codes).toEqual(['dispute-opened']);
    const types = harness.payments.events.map(({ type }) => type).filter((type) => type.includes('dispute'));
    expect(types).toEqual(['payments.dispute-opened.v1', 'payments.dispute-closed.v1']);
    expect(harness.payment).toEqual({ ...before, version: before.version + 2, lost: 2_500 });
  });

  it('a decision that an event contradicts is asked for at Stripe, whose answer holds', async () => {
    const harness = await PaymentsHarness.paid();
    const [lost, won] = [aDispute({ status: 'lost', closed: true }), aDispute({ status: 'won', closed: true })];
    await harness.deliver(lost);
    for (const [fact, truth, outcomes] of [
      [aDispute(), lost, ['lost']],
      [won, won, ['lost', 'won']],
      [lost, won, ['lost', 'won']],
      [aDispute(), aDispute(), ['lost', 'won', undefined]],
    ] as const) {
      harness.cards.disputes.set('dp_1', truth);
      expect(await harness.deliver(fact)).toMatchObject({ status: 'applied' });
      expect(harness.jobs.waiting).toEqual(['payments.check-dispute dp_1']);
      for (const _ of ['ask', 'request what the bank returned']) await harness.runJobs();
      const data = harness.payments.events
        .filter(({ type }) => type.includes('dispute'))
        .map((event) => event.data as { outcome?: string });
      expect(data.map(({ outcome }) => outcome)).toEqual(outcomes);
    }
    expect(harness.alerts.codes).toEqual(['dispute-opened', 'dispute-opened']);
  });

  it('a dispute that Stripe does not have stays as it is, and its job ends', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.deliver(aDispute({ status: 'won', closed: true }));
    await harness.deliver(aDispute());
    await harness.runJobs();
    expect(harness.jobs.waiting).toEqual([]);
    expect(harness.alerts.codes).toEqual(['dispute-opened', 'dispute-missing']);
    expect(harness.disputes.all.get('dp_1')?.status).toBe('won');
  });

  it.each([
    ['charge_disputed: has been charged back', 'won', 'requested'],
    ['charge_disputed: has been charged back', 'lost', 'failed'],
    ['refund_disputed_payment: You cannot refund a disputed payment', 'won', 'requested'],
    ['invalid_request_error: This charge cannot be refunded now', 'won', 'requested'],
  ])('a refund that was refused with %s is, once the dispute is %s, %s', async (failure, status, becomes) => {
    const harness = await PaymentsHarness.paid();
    await harness.deliver(aDispute());
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    const [code, message] = failure.split(': ');
    harness.cards.failNext(new CardRefused(code!, message ?? ''));
    await harness.runJobs();
    expect(harness.payment.refunds[0]?.status).toBe('failed');
    await harness.deliver(aDispute({ status, closed: true }));
    expect(harness.payment.refunds[0]?.status).toBe(becomes);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(becomes === 'requested' ? 1_000 : 0);
  });

  it('a refund that the bank returned is not requested again by a won dispute', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    await harness.runJobs();
    const [refund] = harness.cards.refunds.values();
    await harness.sync.applyRefunds(harness.payment.id, [{ ...refund!, status: 'failed', failure: 'expired_or_canceled_card' }]);
    await harness.deliver(aDispute({ status: 'won', closed: true }));
    expect(harness.payment.refunds).toMatchObject([{ status: 'failed' }]);
  });

  it('a refund that failed because of a dispute is requested again once it is won', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    await harness.runJobs();
    const [refund] = harness.cards.refunds.values();
    const failed = { ...refund!, status: 'failed', failure: 'charge_for_pending_refund_disputed' } as const;
    harness.cards.refunds.set(failed.stripeRefundId, failed);
    await harness.sync.applyRefunds(harness.payment.id, [failed]);
    await harness.deliver(aDispute());
    expect(harness.payment.refunds).toMatchObject([{ status: 'failed' }]);
    await harness.deliver(aDispute({ status: 'won', closed: true }));
    await harness.runJobs();
    expect(harness.payment).toMatchObject({ refunded: 1_000, refunds: [{ failedStripeRefundIds: [failed.stripeRefundId] }] });
  });

  it('a won dispute that is reported again retries only refusals because of it', async () => {
    for (const [code, becomes] of [
      ['refund_disputed_payment', 'requested'],
      ['charge_not_refundable', 'failed'],
    ] as const) {
      const harness = await PaymentsHarness.paid();
      await harness.deliver(aDispute({ status: 'won', closed: true }));
      await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
      harness.cards.failNext(new CardRefused(code, 'refused'));
      await harness.runJobs();
      await harness.deliver(aDispute({ status: 'won', closed: true }));
      expect(harness.payment.refunds).toMatchObject([{ status: becomes }]);
    }
  });
});
