import { SeatsChanged } from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { CancelPaymentWhenSeatsChanged } from './cancel-payment-when-seats-changed.js';

describe('When the seats of a reservation change', () => {
  const react = ({ bus, reservation }: PaymentsHarness, amount: number): Promise<void> => {
    const { id: reservationId, customerId } = reservation!;
    const total = { amount, currency: 'EUR' };
    const event = new SeatsChanged({ reservationId, customerId, showtimeId: newId(), status: 'held', seats: [], freed: ['A1'], total });
    return bus.get(CancelPaymentWhenSeatsChanged).handle(event);
  };

  it('an open payment of more than the new total is cancelled, however often it comes', async () => {
    const harness = new PaymentsHarness();
    await harness.start();
    for (const _ of ['once', 'again']) await react(harness, 1_250);
    expect(harness.jobs.waiting).toEqual([`payments.cancel-payment ${harness.payment.id}`]);
    await harness.runJobs();
    expect(harness.payment.status).toBe('cancelled');
  });

  it('a payment of the new total stays open, also when the message is late', async () => {
    const harness = new PaymentsHarness();
    await harness.start();
    await react(harness, 2_500);
    await react(harness, 5_000);
    expect(harness.jobs.waiting).toEqual([]);
  });
});
