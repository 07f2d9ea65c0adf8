import { Logger } from '@nestjs/common';
import { CardRefused, OutcomeUnknown } from '../../domain/card-payments.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CancelPayment } from './cancel-payment.js';

beforeAll(() => void Logger.overrideLogger(false));

const cancel = (harness: PaymentsHarness) => harness.run(CancelPayment, harness.payment.id);

describe('CancelPayment', () => {
  it('an open payment is cancelled at Stripe, and a repetition is harmless', async () => {
    const harness = await PaymentsHarness.opened();
    await cancel(harness);
    await cancel(harness);
    expect(harness.payment.status).toBe('cancelled');
    expect(harness.cards.intents.get('pi_1')?.status).toBe('cancelled');
    expect(harness.eventTypes).toEqual(['payment-started', 'payment-cancelled']);
  });

  it('a payment that succeeded meanwhile is captured', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    await cancel(harness);
    expect(harness.payment).toMatchObject({ status: 'succeeded', captured: 2_500 });
  });

  it('an intent that a bank is processing fails the job, so that it runs again', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.cancelIntent = () => Promise.reject(new CardRefused('payment_intent_unexpected_state', 'processing'));
    await expect(cancel(harness)).rejects.toThrow(OutcomeUnknown);
    expect(harness.payment.status).toBe('open');
  });

  it('an intent that is not known yet is found under its key and cancelled', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext('lost-after');
    const create = harness.cards.createIntent.bind(harness.cards);
    let requests = 0;
    harness.cards.createIntent = (request) => (requests++ === 1 ? Promise.reject(new OutcomeUnknown('timed out')) : create(request));
    await expect(harness.start()).rejects.toThrow();
    expect(harness.payment).toMatchObject({ status: 'created', intentId: null });
    await cancel(harness);
    expect(harness.payment).toMatchObject({ status: 'cancelled', intentId: 'pi_1' });
    expect([...harness.cards.intents.values()].map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('a payment whose intent Stripe refuses to make is cancelled', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext('lost-before', 'lost-before', new CardRefused('amount_too_small', 'too small'));
    await harness.start().catch(() => undefined);
    await cancel(harness);
    expect(harness.payment.status).toBe('cancelled');
    expect(harness.cards.intents.size).toBe(0);
  });
});
