import { SeatsChanged } from '@app/contracts/reservations.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { MailRequests } from '../mail-requests.js';

/** Only of a paid reservation: nobody has tickets of a hold yet. */
@Subscribe(SeatsChanged, { queue: 'notifications.mail-when-seats-changed' })
export class MailWhenSeatsChanged implements Reaction<SeatsChanged> {
  constructor(private readonly requests: MailRequests) {}

  async handle({ data: { reservationId, customerId: userId, status } }: SeatsChanged, { sequence }: EventContext): Promise<void> {
    if (status !== 'confirmed') return;
    // Seats can be changed again, and each change is a fact of its own.
    await this.requests.request({ kind: 'seats-changed', factId: `${reservationId}.${sequence}`, reservationId, userId, facts: {} });
  }
}
