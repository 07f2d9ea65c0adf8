import { until } from '../../support/until.js';
import { cancelled, PaymentsApp } from './payments-app.js';

/** As many requests to Stripe as a process makes at the same time. */
const RUNNING_REQUESTS = 64;

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ env: { STRIPE_TIMEOUT_MS: '6000' } });
}, 60_000);
afterAll(() => app?.close());

describe('The lane of refunds', () => {
  it('a refund waits for no customer whose payment Stripe does not answer', async () => {
    const { reservation, paymentId } = await app.paidPayment();
    const waiting = await Promise.all(Array.from({ length: RUNNING_REQUESTS }, () => app.newReservation()));
    await app.faults({ api: [{ method: 'POST', path: '/v1/payment_intents', answer: 'hang' }] });
    let answered = 0;
    const asked = waiting.map(async (each) => {
      await app.requestPayment(each);
      answered++;
    });
    await until(async () => (await app.sql(`SELECT FROM payments.payments WHERE status = 'created'`)).length === RUNNING_REQUESTS, {
      timeoutMs: 5_000,
      what: 'every payment to be begun',
    });
    await app.publish(reservation.id, cancelled(reservation, { paymentId, refundDue: 2_500 }));
    await app.untilRefund(paymentId, 'succeeded');
    expect(answered).toBe(0);
    await Promise.all(asked);
  }, 60_000);
});
