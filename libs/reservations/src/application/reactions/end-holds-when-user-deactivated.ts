import { UserDeactivated } from '@app/contracts/auth.js';
import { Clock } from '@app/kernel/clock.js';
import { Failures } from '@app/platform/jobs/failures.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Reservations } from '../../domain/reservations.js';

/** An admin who finds an account that blocks seats frees them with it. Where the event is late or lost, the holds expire. */
@Subscribe(UserDeactivated, { queue: 'reservations.end-holds-when-user-deactivated' })
export class EndHoldsWhenUserDeactivated implements Reaction<UserDeactivated> {
  constructor(
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  /** One transaction a hold. Throws the first failure after the last hold. */
  async handle({ data: { userId } }: UserDeactivated): Promise<void> {
    const failures = new Failures();
    for (const id of await this.reservations.liveOf({ customerIds: [userId], now: this.clock.now() }))
      await failures.attempt(() =>
        this.reservations.change({ id }, (reservation) => reservation.endHoldOfDeactivatedCustomer(this.clock.now())),
      );
    failures.throwFirst();
  }
}
