import { DisputeOpened } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Reservations } from '../../domain/reservations.js';

@Subscribe(DisputeOpened, { queue: 'reservations.record-dispute-when-dispute-opened', alone: true })
export class RecordDisputeWhenDisputeOpened implements Reaction<DisputeOpened> {
  constructor(private readonly reservations: Reservations) {}

  async handle({ data: { disputeId: id, reservationId } }: DisputeOpened, { sequence }: EventContext): Promise<void> {
    await this.reservations.change({ id: reservationId }, (reservation) => reservation.recordDispute({ id, outcome: 'open', sequence }));
  }
}
