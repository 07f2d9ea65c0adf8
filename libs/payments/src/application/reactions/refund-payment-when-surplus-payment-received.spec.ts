import { SurplusPaymentReceived } from '@app/contracts/reservations.js';
import { refundsEverything } from '../../testing/reactions.contract.js';
import { RefundPaymentWhenSurplusPaymentReceived } from './refund-payment-when-surplus-payment-received.js';

describe('When money came for a reservation that is paid already', () =>
  refundsEverything('surplus-payment', ({ bus, payment: { id: paymentId, reservationId } }) => {
    const event = new SurplusPaymentReceived({ paymentId, reservationId, amount: { amount: 2_500, currency: 'EUR' } });
    return bus.get(RefundPaymentWhenSurplusPaymentReceived).handle(event);
  }));
