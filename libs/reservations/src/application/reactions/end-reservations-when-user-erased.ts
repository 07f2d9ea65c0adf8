import { UserErased } from '@app/contracts/auth.js';
import { Subscribe } from '@app/platform/messaging/subscribe.js';
import { ErasedCustomers } from '../erased-customers.js';

/** `EndReservationsOfErasedUsers` finds what is held or paid after this, and users whose event is lost. */
@Subscribe(UserErased, { queue: 'reservations.end-reservations-when-user-erased' })
export class EndReservationsWhenUserErased {
  constructor(private readonly customers: ErasedCustomers) {}

  async handle({ data: { userId } }: UserErased): Promise<void> {
    await this.customers.endReservations([userId]);
  }
}
