import { PaymentCameTooLate } from '@app/contracts/reservations.js';
import { refundsEverything } from '../../testing/reactions.contract.js';
import { RefundPaymentWhenPaymentCameTooLate } from './refund-payment-when-payment-came-too-late.js';

describe('When money came too late', () =>
  refundsEverything('payment-came-too-late', ({ bus, payment: { id: paymentId, reservationId } }) => {
    const event = new PaymentCameTooLate({ paymentId, reservationId, amount: { amount: 2_500, currency: 'EUR' } });
    return bus.get(RefundPaymentWhenPaymentCameTooLate).handle(event);
  }));
