import { UserDeactivated } from '@app/contracts/auth.js';
import { Clock } from '@app/kernel/clock.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Reservations } from '../../domain/reservations.js';

/** An admin who finds an account that blocks seats frees them with it. Where the event is late or lost, the holds expire. */
@Subscribe(UserDeactivated, { queue: 'reservations.end-holds-when-user-deactivated', alone: true })
export class EndHoldsWhenUserDeactivated implements Reaction<UserDeactivated> {
  constructor(
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async handle({ data: { userId } }: UserDeactivated): Promise<void> {
    for (const id of await this.reservations.holdsOf(userId))
      await this.reservations.change({ id }, (reservation) => reservation.endHoldOfDeactivatedCustomer(this.clock.now()));
  }
}
