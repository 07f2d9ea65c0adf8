import { UserErased } from '@app/contracts/auth.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ErasedCustomers } from '../erased-customers.js';

/** `EndReservationsOfErasedUsers` finds what is held or paid after this, and users whose event is lost. */
@Subscribe(UserErased, { queue: 'reservations.end-reservations-when-user-erased', alone: true })
export class EndReservationsWhenUserErased implements Reaction<UserErased> {
  constructor(private readonly customers: ErasedCustomers) {}

  async handle({ data: { userId } }: UserErased): Promise<void> {
    await this.customers.endReservations([userId]);
  }
}
