import type { ReservationCancelled } from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { RefundPaymentWhenReservationCancelled } from './refund-payment-when-reservation-cancelled.js';

describe('When a paid reservation is cancelled', () => {
  async function cancelled(harness: PaymentsHarness, own: Partial<ReservationCancelled['data']>): Promise<void> {
    const reaction = harness.bus.get(RefundPaymentWhenReservationCancelled);
    for (const _ of ['once', 'again']) await reaction.handle(harness.reservationCancelled(own));
  }

  it('what is due is refunded once, however often the message comes', async () => {
    const harness = await PaymentsHarness.paid();
    await cancelled(harness, { paymentId: harness.payment.id, refundDue: { amount: 1_000, currency: 'EUR' } });
    expect(harness.payment.refunds).toMatchObject([{ reason: 'reservation-cancelled', amount: 1_000, status: 'requested' }]);
    expect(harness.jobs.waiting).toEqual([`payments.submit-refund ${harness.payment.refunds[0]!.id}`]);
  });

  it('no payment is read where nothing was paid or nothing is due', async () => {
    const harness = await PaymentsHarness.paid();
    await cancelled(harness, { paymentId: null });
    for (const paymentId of [harness.payment.id, newId()])
      await cancelled(harness, { paymentId, refundDue: { amount: 0, currency: 'EUR' } });
    expect(harness.payment.refunds).toEqual([]);
    expect(harness.jobs.waiting).toEqual([]);
  });
});
