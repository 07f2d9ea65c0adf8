/** The events and the published queries of the auth context. */
import { Query } from '@nestjs/cqrs';
import { DomainEvent } from '@app/kernel/domain-event.js';

/** A user was registered. Without address and name where the event is sent again after the person was erased. */
export class UserRegistered extends DomainEvent<{ userId: string; email?: string; fullName?: string; role: UserRole }> {
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

/** What an account is. Staff are customers with staff roles. */
export const USER_ROLES = ['customer', 'admin'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A role of the people who work for the cinema. Admins have every right without one. */
export type StaffRole = 'box-office' | 'reporting';

/** A user may do what the role may. */
export class StaffRoleGiven extends DomainEvent<{ userId: string; role: StaffRole }> {
  static readonly type = 'auth.staff-role-given.v1';
}

/** A user lost a role. */
export class StaffRoleTaken extends DomainEvent<{ userId: string; role: StaffRole }> {
  static readonly type = 'auth.staff-role-taken.v1';
}

/** The user cannot log in any more. */
export class UserDeactivated extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-deactivated.v1';
}

/** The user can log in again. */
export class UserActivated extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-activated.v1';
}

/** The name or the language of the user changed. */
export class UserProfileChanged extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.user-profile-changed.v1';
}

/** The user has another password. */
export class PasswordChanged extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.password-changed.v1';
}

/** A mail with a link that verifies the address is due. The link is asked for by its request: `MailToken`. */
export class EmailVerificationRequested extends DomainEvent<{ userId: string; requestId: string; expiresAt: string }> {
  static readonly type = 'auth.email-verification-requested.v1';
}

/** The user opened the link that was sent to the address. */
export class EmailVerified extends DomainEvent<{ userId: string }> {
  static readonly type = 'auth.email-verified.v1';
}

/** A mail with a link for a new password is due. The link is asked for by its request: `MailToken`. */
export class PasswordResetRequested extends DomainEvent<{ userId: string; requestId: string; expiresAt: string }> {
  static readonly type = 'auth.password-reset-requested.v1';
}

/** The person was erased. Every context forgets what it knows of the person; the books stay. */
export class UserErased extends DomainEvent<{ userId: string; erasedAt: string }> {
  static readonly type = 'auth.user-erased.v1';
}

export interface ErasedUserView {
  readonly userId: string;
  /** ISO instant, domain time. */
  readonly erasedAt: string;
}

/** The users who were erased, for contexts that the event did not reach. A page at a time, in the order (erasedAt, userId). */
export class UsersErasedAfter extends Query<ErasedUserView[]> {
  constructor(
    /** The page begins after this position. */
    readonly after: ErasedUserView,
    readonly limit: number,
  ) {
    super();
  }
}

export interface MailRecipientView {
  userId: string;
  email: string;
  fullName: string;
  /** False: somebody else may have registered it, under any name. */
  emailVerified: boolean;
  /** One of `MailLanguages`, or one that was. */
  language: string;
}

/** Where mails to these users go. Users who are unknown or erased are missing. */
export class MailRecipients extends Query<MailRecipientView[]> {
  constructor(readonly userIds: readonly string[]) {
    super();
  }
}

/** Whether an active account has this right at the moment. */
export class HasRight extends Query<boolean> {
  constructor(
    readonly userId: string,
    readonly right: string,
  ) {
    super();
  }
}

export interface MailTokenView {
  token: string;
  expiresAt: string;
}

/** The token of a link in a mail. Null once it is used, expired, replaced by a newer one, or its user is erased or deactivated. Never stored. */
export class MailToken extends Query<MailTokenView | null> {
  constructor(readonly requestId: string) {
    super();
  }
}
