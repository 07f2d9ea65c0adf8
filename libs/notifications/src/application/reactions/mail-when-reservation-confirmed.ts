import { ReservationConfirmed } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { mailAboutReservation, MailRequests } from '../mail-requests.js';

@Subscribe(ReservationConfirmed, { queue: 'notifications.mail-when-reservation-confirmed' })
export class MailWhenReservationConfirmed implements Reaction<ReservationConfirmed> {
  constructor(private readonly requests: MailRequests) {}

  handle({ data }: ReservationConfirmed): Promise<void> {
    return this.requests.request(mailAboutReservation('reservation-confirmed', data));
  }
}
