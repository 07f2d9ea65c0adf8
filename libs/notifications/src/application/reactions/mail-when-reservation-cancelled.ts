import { ReservationCancelled } from '@app/contracts/reservations.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { cancellationHasMail, mailAboutReservation, MailRequests } from '../mail-requests.js';

/** Also for a cancelled or moved showtime: every reservation of it is cancelled, and each customer gets one mail. */
@Subscribe(ReservationCancelled, { queue: 'notifications.mail-when-reservation-cancelled' })
export class MailWhenReservationCancelled implements Reaction<ReservationCancelled> {
  constructor(private readonly requests: MailRequests) {}

  async handle({ data }: ReservationCancelled): Promise<void> {
    if (!cancellationHasMail(data)) return;
    const { by, reason, paymentId, refundDue, owedBefore } = data;
    // Another mail told what was owed before.
    const amount = { ...refundDue, amount: refundDue.amount - (owedBefore?.amount ?? 0) };
    const facts = { by, reason, ...(paymentId === null ? {} : { amount, paymentId }) };
    await this.requests.request(mailAboutReservation('reservation-cancelled', data, facts));
  }
}
