import { DisputeOpened } from '@app/contracts/payments.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Reservations } from '../../domain/reservations.js';

@Subscribe(DisputeOpened, { queue: 'reservations.record-dispute-when-dispute-opened' })
export class RecordDisputeWhenDisputeOpened implements Reaction<DisputeOpened> {
  constructor(private readonly reservations: Reservations) {}

  async handle({ data: { disputeId, reservationId } }: DisputeOpened): Promise<void> {
    await this.reservations.change({ id: reservationId }, (reservation) => reservation.recordDispute({ id: disputeId, outcome: 'open' }));
  }
}
