import { SurplusPaymentReceived } from '@app/contracts/reservations.js';
import { sendsAllMoneyBack } from '../../testing/reactions.contract.js';
import { RefundPaymentWhenSurplusPaymentReceived } from './refund-payment-when-surplus-payment-received.js';

describe('When money came for a reservation that was paid already', () =>
  sendsAllMoneyBack('surplus-payment', ({ commands, payment: { id: paymentId, reservationId } }) => {
    const event = new SurplusPaymentReceived({ paymentId, reservationId, amount: { amount: 2_500, currency: 'EUR' } });
    return new RefundPaymentWhenSurplusPaymentReceived(commands).handle(event);
  }));
