/** The events of the auth context. */
import { DomainEvent } from '@app/kernel/domain-event.js';

/** A user was registered. */
export class UserRegistered extends DomainEvent<{ userId: string; email: string; fullName: string; role: 'customer' | 'admin' }> {
  static readonly type = 'auth.user-registered.v1';
}

/** A customer became an admin. */
export class UserPromoted extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-promoted.v1';
}

/** An admin became a customer. */
export class UserDemoted extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-demoted.v1';
}

/** The user cannot log in any more. */
export class UserDeactivated extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-deactivated.v1';
}

/** The user can log in again. */
export class UserActivated extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-activated.v1';
}
