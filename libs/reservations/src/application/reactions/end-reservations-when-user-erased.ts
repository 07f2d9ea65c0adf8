import { UserErased } from '@app/contracts/auth.js';
import { Clock } from '@app/kernel/clock.js';
import { Subscribe } from '@app/platform/messaging/subscribe.js';
import { Reservations } from '../../domain/reservations.js';

/** `EndReservationsOfErasedUsers` finds what is held or paid after this, and users whose event is lost. */
@Subscribe(UserErased, { queue: 'reservations.end-reservations-when-user-erased' })
export class EndReservationsWhenUserErased {
  constructor(
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async handle({ data: { userId } }: UserErased): Promise<void> {
    for (const id of await this.reservations.liveOf({ customerIds: [userId], now: this.clock.now() }))
      await this.reservations.change({ id }, (reservation) => reservation.endForErasedCustomer(this.clock.now()));
  }
}
