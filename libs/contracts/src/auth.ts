/** What auth tells the others. */
import { DomainEvent } from '@app/kernel/domain-event.js';

/** Somebody opened an account. */
export class UserRegistered extends DomainEvent<{ userId: string; email: string; fullName: string; role: 'customer' | 'admin' }> {
  static readonly type = 'auth.user-registered.v1';
}

/** A customer may run the cinema from now on. */
export class UserPromoted extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-promoted.v1';
}

/** An admin is a customer again. */
export class UserDemoted extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-demoted.v1';
}

/** The account cannot sign in any more. */
export class UserDeactivated extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-deactivated.v1';
}

/** The account can sign in again. */
export class UserActivated extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-activated.v1';
}
