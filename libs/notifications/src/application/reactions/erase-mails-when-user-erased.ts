import { UserErased } from '@app/contracts/auth.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Mails } from '../../domain/mails.js';

/** Nothing else is kept of a person here: texts and names are not stored. `EraseMailsOfErasedUsers` finds users whose event is lost. */
@Subscribe(UserErased, { queue: 'notifications.erase-mails-when-user-erased' })
export class EraseMailsWhenUserErased implements Reaction<UserErased> {
  constructor(private readonly mails: Mails) {}

  handle({ data: { userId } }: UserErased): Promise<void> {
    return this.mails.erase([userId]);
  }
}
