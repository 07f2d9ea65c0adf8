import { RefundDueRaised } from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { refundsEverything } from '../../testing/reactions.contract.js';
import { RefundPayment } from '../commands/refund-payment.js';
import { RefundPaymentWhenRefundDueRaised } from './refund-payment-when-refund-due-raised.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

function react({ bus, payment }: PaymentsHarness): Promise<void> {
  const { id: paymentId, reservationId, customerId } = payment;
  const ids = { paymentId, reservationId, customerId, showtimeId: newId() };
  const event = new RefundDueRaised({ ...ids, refundDue: eur(2_500), reason: 'showtime-cancelled' });
  return bus.get(RefundPaymentWhenRefundDueRaised).handle(event);
}

describe('When more is owed than before', () => {
  refundsEverything('showtime-cancelled', react);

  it('what was requested before is not refunded twice', async () => {
    const harness = await PaymentsHarness.paid();
    await harness.execute(new RefundPayment(harness.payment.id, 'reservation-cancelled', eur(1_000)));
    await react(harness);
    expect(harness.payment.refunds).toMatchObject([{ amount: 1_000 }, { reason: 'showtime-cancelled', amount: 1_500 }]);
  });
});
