import { cancelsOpenPayments } from '../../testing/reactions.contract.js';
import { CancelPaymentWhenReservationCancelled } from './cancel-payment-when-reservation-cancelled.js';

describe('When a reservation is cancelled before it is paid', () =>
  cancelsOpenPayments((harness) => harness.bus.get(CancelPaymentWhenReservationCancelled).handle(harness.reservationCancelled())));
