import { PaymentCameTooLate } from '@app/contracts/reservations.js';
import { sendsAllMoneyBack } from '../../testing/reactions.contract.js';
import { RefundPaymentWhenPaymentCameTooLate } from './refund-payment-when-payment-came-too-late.js';

describe('When money came too late', () =>
  sendsAllMoneyBack('payment-came-too-late', ({ commands, payment: { id: paymentId, reservationId } }) => {
    const event = new PaymentCameTooLate({ paymentId, reservationId, amount: { amount: 2_500, currency: 'EUR' } });
    return new RefundPaymentWhenPaymentCameTooLate(commands).handle(event);
  }));
