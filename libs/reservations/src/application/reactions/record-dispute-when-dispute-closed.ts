import { DisputeClosed } from '@app/contracts/payments.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Reservations } from '../../domain/reservations.js';

@Subscribe(DisputeClosed, { queue: 'reservations.record-dispute-when-dispute-closed', alone: true })
export class RecordDisputeWhenDisputeClosed implements Reaction<DisputeClosed> {
  constructor(private readonly reservations: Reservations) {}

  async handle({ data: { disputeId: id, reservationId, outcome } }: DisputeClosed, { sequence }: EventContext): Promise<void> {
    await this.reservations.change({ id: reservationId }, (reservation) => reservation.recordDispute({ id, outcome, sequence }));
  }
}
