import { HoldExpired } from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import { cancelsOpenPayments } from '../../testing/reactions.contract.js';
import { CancelPaymentWhenHoldExpired } from './cancel-payment-when-hold-expired.js';

describe('When a hold expires', () =>
  cancelsOpenPayments(({ bus, reservation }) => {
    const { id: reservationId, customerId } = reservation!;
    const event = new HoldExpired({ reservationId, customerId, showtimeId: newId(), seats: ['A1'] });
    return bus.get(CancelPaymentWhenHoldExpired).handle(event);
  }));
