import { cancelsWhatIsOpen } from '../../testing/reactions.contract.js';
import { CancelPaymentWhenReservationCancelled } from './cancel-payment-when-reservation-cancelled.js';

describe('When a reservation is cancelled before it was paid', () =>
  cancelsWhatIsOpen((desk) => new CancelPaymentWhenReservationCancelled(desk.commands).handle(desk.cancelled())));
