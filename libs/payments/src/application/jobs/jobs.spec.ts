import { Logger } from '@nestjs/common';
import { definitionOf, type JobLane, NO_SUBJECT } from '@app/platform/jobs/job.js';
import { CardRefused, OutcomeUnknown, TooManyCardRequests } from '../../domain/card-payments.js';
import { paymentsJobs } from '../handlers.js';
import { anEvent, anIntent, aRefund } from '../../testing/fake-card-payments.js';
import { aPayment } from '../../testing/payments.contract.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundPayment } from '../commands/refund-payment.js';

beforeAll(() => void Logger.overrideLogger(false));

const statuses = (harness: PaymentsHarness) => [...harness.payments.all.values()].map(({ status }) => status);

/** With payments that only began. */
async function begun(count: number): Promise<PaymentsHarness> {
  const harness = new PaymentsHarness();
  for (let i = 0; i < count; i++) await harness.payments.add(aPayment());
  return harness;
}

/** Requests about this payment time out until the returned function is called. */
function timesOut(harness: PaymentsHarness, paymentId: string): () => void {
  const create = harness.cards.createIntent.bind(harness.cards);
  harness.cards.createIntent = (request) =>
    request.paymentId === paymentId ? Promise.reject(new OutcomeUnknown('timed out')) : create(request);
  return () => {
    harness.cards.createIntent = create;
  };
}

describe('The jobs of payments', () => {
  it('a job that fails is due again later, and the other jobs complete', async () => {
    const harness = await begun(3);
    const second = [...harness.payments.all.keys()][1]!;
    const answers = timesOut(harness, second);
    expect(await harness.runJobs()).toEqual({ ran: 3, rateLimited: false });
    expect(statuses(harness)).toEqual(['open', 'created', 'open']);
    expect(harness.jobs.waiting).toEqual([`payments.open-payment ${second}`]);
    expect(harness.jobs.all.get(`payments.open-payment ${second}`)).toMatchObject({
      attempts: 1,
      lastError: 'OutcomeUnknown: timed out',
    });
    expect(await harness.runJobs()).toEqual({ ran: 0, rateLimited: false });
    answers();
    harness.clock.advance(1_000);
    expect(await harness.runJobs()).toEqual({ ran: 1, rateLimited: false });
    expect(statuses(harness)).toEqual(['open', 'open', 'open']);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('only the job that met a rate limit is released', async () => {
    const harness = await begun(2);
    harness.cards.failNext(new TooManyCardRequests());
    expect(await harness.runJobs()).toEqual({ ran: 1, rateLimited: true });
    expect(statuses(harness)).toEqual(['created', 'open']);
    expect(harness.jobs.waiting).toHaveLength(1);
    expect(await harness.runJobs()).toEqual({ ran: 1, rateLimited: false });
    expect(statuses(harness)).toEqual(['open', 'open']);
  });

  it('a payment that Stripe refuses is cancelled, and its job is done', async () => {
    const harness = await begun(1);
    harness.cards.failNext(new CardRefused('amount_too_small', 'too small'));
    expect(await harness.runJobs()).toEqual({ ran: 1, rateLimited: false });
    expect(statuses(harness)).toEqual(['cancelled']);
    expect([...harness.jobs.all.values()]).toMatchObject([{ attempts: 0, runAt: null }]);
  });

  it('refunds have a lane that no other job is in', () => {
    const byLane = new Map<JobLane, string[]>();
    for (const { kind, lane } of paymentsJobs.map((job) => definitionOf(job)!)) byLane.set(lane, [...(byLane.get(lane) ?? []), kind]);
    expect([...byLane.values()]).toContainEqual(['payments.submit-refund']);
  });
});

describe('Each job of payments is done when it has run', () => {
  const runs = async (harness: PaymentsHarness, kind: string, subject: string) => {
    await harness.jobs.enqueue([{ kind, subject }]);
    expect(await harness.runJobs()).toEqual({ ran: 1, rateLimited: false });
    expect(await harness.runJobs()).toEqual({ ran: 0, rateLimited: false });
  };

  it('a payment is opened, checked and cancelled', async () => {
    const harness = await begun(1);
    await runs(harness, 'payments.open-payment', harness.payment.id);
    expect(harness.payment.status).toBe('open');
    harness.cards.change('pi_1', { status: 'failed' });
    await runs(harness, 'payments.check-payment', harness.payment.id);
    expect(harness.payment.status).toBe('failed');
    await runs(harness, 'payments.cancel-payment', harness.payment.id);
    expect(harness.payment.status).toBe('cancelled');
  });

  it('an intent is cancelled', async () => {
    const harness = await PaymentsHarness.opened();
    await runs(harness, 'payments.cancel-intent', 'pi_1');
    expect(harness.cards.intents.get('pi_1')?.status).toBe('cancelled');
  });

  it('a refund is submitted, and refunds are listed', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', { amount: 1_000, currency: 'EUR' }));
    await runs(harness, 'payments.submit-refund', harness.payment.refunds[0]!.id);
    expect(harness.payment.refunded).toBe(1_000);
    harness.cards.refunds.set('re_hand', aRefund({ stripeRefundId: 're_hand', amount: { amount: 700, currency: 'EUR' } }));
    await runs(harness, 'payments.list-refunds', harness.payment.id);
    expect(harness.payment.refunded).toBe(1_700);
  });

  it('a Stripe event is checked, and undelivered ones are fetched', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = await harness.deliver(anIntent({ status: 'succeeded', received: 1 }));
    await runs(harness, 'payments.check-stripe-event', id);
    expect(harness.stripeEvents.view(id).status).toBe('parked');
    harness.cards.undelivered.push(anEvent(anIntent({ status: 'succeeded' })));
    await runs(harness, 'payments.fetch-undelivered-events', NO_SUBJECT);
    expect(harness.payment.status).toBe('succeeded');
  });
});

describe('An intent that Stripe does not know any more', () => {
  const forgotten = async (): Promise<PaymentsHarness> => {
    const harness = await PaymentsHarness.opened();
    harness.cards.intents.clear();
    harness.clock.advance(60_000);
    return harness;
  };

  it('an unneeded payment is cancelled with one alert', async () => {
    const harness = await forgotten();
    await harness.jobs.enqueue([{ kind: 'payments.check-payment', subject: harness.payment.id }]);
    await harness.runJobs();
    expect([harness.payment.status, harness.jobs.waiting, harness.alerts.codes]).toEqual(['open', [], []]);
    for (const _ of ['first', 'again']) {
      await harness.jobs.enqueue([{ kind: 'payments.cancel-payment', subject: harness.payment.id }]);
      await harness.runJobs();
    }
    expect([harness.payment.status, harness.jobs.waiting, harness.alerts.codes]).toEqual(['cancelled', [], ['intent-missing']]);
  });

  it('the customer gets another payment, and money of the old one is still received', async () => {
    const harness = await forgotten();
    const { payment, isNew } = await harness.start();
    expect([isNew, payment.clientSecret]).toEqual([true, 'pi_2_secret']);
    expect(statuses(harness)).toEqual(['cancelled', 'open']);
    await harness.deliver(anIntent({ intentId: 'pi_1', status: 'succeeded', received: 2_500 }));
    expect(statuses(harness)).toEqual(['succeeded', 'open']);
  });

  it('an answer that it is missing is no answer where its address is unknown', async () => {
    const harness = await forgotten();
    harness.cards.cancelIntent = () => Promise.reject(new CardRefused('invalid_request_error', 'Unrecognized request URL'));
    harness.cards.intent = () => Promise.reject(new CardRefused('invalid_request_error', 'Unrecognized request URL'));
    await harness.jobs.enqueue([{ kind: 'payments.cancel-payment', subject: harness.payment.id }]);
    await harness.runJobs();
    expect([harness.payment.status, harness.jobs.waiting.length]).toEqual(['open', 1]);
  });
});
