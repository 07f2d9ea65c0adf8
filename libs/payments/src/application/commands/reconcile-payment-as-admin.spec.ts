import { Logger } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { PaymentNotFound } from '../../domain/errors.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { ReconcilePaymentAsAdmin } from './reconcile-payment-as-admin.js';

beforeAll(() => void Logger.overrideLogger(false));

const reconcile = (harness: PaymentsHarness, id = harness.payment.id) =>
  harness.executeAsAdmin(new ReconcilePaymentAsAdmin('an-admin', id));

/** Reservations says that all of it is owed. */
function owe(harness: PaymentsHarness): void {
  const { id: paymentId, reservationId } = harness.payment;
  const refundDue = { amount: 2_500, currency: 'EUR' };
  harness.owed = [{ paymentId, reservationId, refundDue, reason: 'reservation-cancelled', owedAt: '2026-03-01T12:00:00.000Z' }];
}

describe('ReconcilePaymentAsAdmin', () => {
  it('a refund that is owed is requested once, with an audit entry each time', async () => {
    const harness = await PaymentsHarness.paid();
    owe(harness);
    await reconcile(harness);
    await reconcile(harness);
    expect(harness.payment.refunds).toMatchObject([{ amount: 2_500, reason: 'reservation-cancelled', status: 'requested' }]);
    expect(harness.audit.entries.map(({ action }) => action)).toEqual(['payments.reconcile', 'payments.reconcile']);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('a refund that Stripe was never asked for is sent', async () => {
    const harness = await PaymentsHarness.paid();
    owe(harness);
    await reconcile(harness);
    await harness.jobs.withdraw({ kind: 'payments.submit-refund', subject: harness.payment.refunds[0]!.id });
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(0);
    await reconcile(harness);
    await harness.runJobs();
    expect(harness.payment.refunded).toBe(2_500);
  });

  it('money that Stripe has and no event reported is found', async () => {
    const harness = await PaymentsHarness.opened();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    await reconcile(harness);
    await harness.runJobs();
    expect(harness.payment).toMatchObject({ status: 'succeeded', captured: 2_500 });
  });

  it('a payment that does not exist is refused', async () => {
    const harness = await PaymentsHarness.paid();
    await expect(reconcile(harness, newId())).rejects.toThrow(PaymentNotFound);
  });
});
