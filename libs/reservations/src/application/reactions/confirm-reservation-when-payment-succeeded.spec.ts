import { PaymentSucceeded } from '@app/contracts/payments.js';
import { PaymentUnknown } from '../../domain/errors.js';
import { aPayment } from '../../testing/builders.js';
import { ReservationsHarness } from '../../testing/reservations-harness.js';
import { ConfirmReservationWhenPaymentSucceeded } from './confirm-reservation-when-payment-succeeded.js';

describe('A payment that succeeded', () => {
  it('a succeeded payment confirms its reservation once, also when the event repeats', async () => {
    const harness = new ReservationsHarness();
    const reaction = harness.bus.get(ConfirmReservationWhenPaymentSucceeded);
    const hold = await harness.createHold();
    const event = new PaymentSucceeded(harness.pay(hold));
    await reaction.handle(event);
    await reaction.handle(event);
    expect(harness.eventsOf(hold)).toEqual(['seats-held', 'reservation-confirmed']);
  });

  it('a payment that payments does not know confirms nothing', async () => {
    const harness = new ReservationsHarness();
    const hold = await harness.createHold();
    const left = new PaymentSucceeded(aPayment(hold));
    await expect(harness.bus.get(ConfirmReservationWhenPaymentSucceeded).handle(left)).rejects.toThrow(PaymentUnknown);
    expect(harness.eventsOf(hold)).toEqual(['seats-held']);
  });
});
