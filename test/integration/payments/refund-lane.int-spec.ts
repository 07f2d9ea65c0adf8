import { until } from '../../support/until.js';
import { cancelled, PaymentsApp } from './payments-app.js';

/** As many requests to Stripe as a process makes at the same time. */
const RUNNING_REQUESTS = 64;

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ env: { STRIPE_TIMEOUT_MS: '60000' } });
}, 60_000);
afterAll(() => app?.close());

describe('The lane of refunds', () => {
  it('a refund waits for no customer whose payment Stripe does not answer', async () => {
    const { reservation, paymentId } = await app.paidPayment();
    const waiting = await Promise.all(Array.from({ length: RUNNING_REQUESTS }, () => app.newReservation()));
    await app.faults({ api: [{ method: 'POST', path: '/v1/payment_intents', answer: 'hang' }] });
    let answered = 0;
    // What is still asked for at the end is cut then.
    void Promise.allSettled(waiting.map((each) => app.requestPayment(each).finally(() => answered++)));
    await until(async () => (await app.sql(`SELECT FROM payments.payments WHERE status = 'created'`)).length === RUNNING_REQUESTS, {
      what: 'every payment to be begun',
    });
    await app.publish(reservation.id, cancelled(reservation, { paymentId, refundDue: 2_500 }));
    await app.untilRefund(paymentId, 'succeeded');
    expect(answered).toBe(0);
  }, 60_000);
});
