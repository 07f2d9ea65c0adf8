import { CardRefused, IdempotencyKeyInUse, OutcomeUnknown, ServerFailure, TooManyCardRequests } from '../domain/card-payments.js';
import { PaymentNotFound, PaymentsUnavailable } from '../domain/errors.js';
import { anIntent } from '../testing/fake-card-payments.js';
import { PaymentsHarness } from '../testing/payments-harness.js';
import { IntentOpener } from './intent-opener.js';

const open = (harness: PaymentsHarness) => harness.bus.get(IntentOpener).open(harness.payment.id);

describe('IntentOpener', () => {
  it('a payment that a lost request began is opened', async () => {
    const harness = await PaymentsHarness.begun();
    expect(await open(harness)).toMatchObject({ intentId: 'pi_1', clientSecret: 'pi_1_secret' });
    expect(harness.payment).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('a key that another request uses is awaited', async () => {
    const harness = await PaymentsHarness.begun();
    harness.cards.failNext(new IdempotencyKeyInUse('in use'), new IdempotencyKeyInUse('in use'));
    expect(await open(harness)).toMatchObject({ intentId: 'pi_1' });
    expect(new Set(harness.cards.keys).size).toBe(1);
  });

  it('a payment that an event opened before the answer arrived is left as it is', async () => {
    const harness = await PaymentsHarness.begun();
    const create = harness.cards.createIntent.bind(harness.cards);
    harness.cards.createIntent = async (request) => {
      await harness.sync.applyIntent(await create(request), 'event');
      throw new OutcomeUnknown('timed out');
    };
    expect(await open(harness)).toBeNull();
    expect(harness.payment).toMatchObject({ status: 'open', intentId: 'pi_1' });
    expect(harness.eventTypes).toEqual(['payment-started']);
  });

  it('an intent of a payment that has another one by now is not given out', async () => {
    const harness = await PaymentsHarness.begun();
    const create = harness.cards.createIntent.bind(harness.cards);
    harness.cards.createIntent = async (request) => {
      await harness.sync.applyIntent(anIntent({ intentId: 'pi_9', paymentId: harness.payment.id }), 'event');
      return create(request);
    };
    expect(await open(harness)).toBeNull();
    expect(harness.payment).toMatchObject({ status: 'open', intentId: 'pi_9' });
    expect(harness.jobs.waiting).toEqual(['payments.cancel-intent pi_1']);
  });

  it('an intent that an earlier key had made is found after a refusal', async () => {
    const harness = await PaymentsHarness.begun();
    const made = harness.cards.addIntent({ intentId: 'pi_earlier', paymentId: harness.payment.id });
    harness.cards.failNext(new CardRefused('amount_too_small', 'too small'));
    expect(await open(harness)).toEqual(made);
    expect(harness.payment).toMatchObject({ status: 'open', intentId: 'pi_earlier' });
  });

  it('a rate limit leaves the payment and its job as they are', async () => {
    const harness = await PaymentsHarness.begun();
    harness.cards.failNext(new TooManyCardRequests());
    await expect(open(harness)).rejects.toThrow(TooManyCardRequests);
    expect(harness.payment.status).toBe('created');
    expect(harness.jobs.waiting).toEqual([`payments.open-payment ${harness.payment.id}`]);
  });

  it('a key that repeats a failure without saying so is left after some seconds', async () => {
    const harness = new PaymentsHarness();
    harness.cards.marksReplays = false;
    harness.cards.failNext('failed-before');
    await expect(harness.start()).rejects.toThrow(PaymentsUnavailable);
    harness.clock.advance(5_000);
    expect((await harness.start()).payment).toMatchObject({ status: 'open', clientSecret: 'pi_1_secret' });
    expect(harness.cards.keys.map((key) => Number(key.split(':')[2]))).toEqual([1, 1, 1, 2]);
  });

  it('an intent that names no payment of ours is not given out', async () => {
    const harness = await PaymentsHarness.begun();
    const create = harness.cards.createIntent.bind(harness.cards);
    harness.cards.createIntent = async (request) => ({ ...(await create(request)), paymentId: null });
    await expect(open(harness)).rejects.toThrow(OutcomeUnknown);
    expect(harness.jobs.waiting).toEqual([`payments.open-payment ${harness.payment.id}`]);
  });

  it('a refusal that is not about the amount cancels the payment, with 503', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext(new CardRefused('parameter_unknown', 'Received unknown parameter', 'automatic_payment_methods'));
    await expect(harness.start()).rejects.toThrow(PaymentsUnavailable);
    expect(harness.payment.status).toBe('cancelled');
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('while Stripe fails, a request makes at most one new key', async () => {
    const harness = await PaymentsHarness.begun();
    harness.cards.marksReplays = false;
    harness.clock.advance(60_000);
    harness.cards.keys.length = 0;
    harness.cards.failNext('failed-before', 'failed-before', 'failed-before', 'failed-before');
    await expect(open(harness)).rejects.toThrow(ServerFailure);
    expect(harness.cards.keys.map((key) => Number(key.split(':')[2]))).toEqual([1, 2, 2]);
  });

  it('a payment that does not exist is not found', async () => {
    await expect(new PaymentsHarness().bus.get(IntentOpener).open('nowhere')).rejects.toThrow(PaymentNotFound);
  });
});
