import { ApiProperty } from '@nestjs/swagger';
import type { StaffRole, UserRole } from '@app/contracts/auth.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { STAFF_ROLES } from '../../domain/rights.js';
import type { UserState } from '../../domain/user.js';

/** A user as the user and the admins see it. */
export class UserView {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "ada@example.org" */
  email!: string;
  /** @example "Ada Lovelace" */
  fullName!: string;
  /** @example "customer" */
  role!: UserRole;
  /**
   * Roles of the people who work for the cinema; none for a customer. An admin has every right without one.
   * @example []
   */
  @ApiProperty({ enum: STAFF_ROLES, enumName: 'StaffRole', isArray: true, maxItems: STAFF_ROLES.length, uniqueItems: true })
  staffRoles!: StaffRole[];
  /** @example true */
  active!: boolean;
  /** @example "2026-11-21T19:00:00.000Z" */
  createdAt!: string;
  /**
   * Of the mails to the user: `en`, `de`, or another that is set up.
   * @example "en"
   */
  language!: string;
  /**
   * Whether the user opened the link that was sent to the address. Nothing is forbidden without it.
   * @example true
   */
  emailVerified!: boolean;
}

export class UsersResponse {
  data!: UserView[];
  page!: PageInfo;
}

export type UserRow = Pick<
  UserState,
  'id' | 'email' | 'fullName' | 'role' | 'staffRoles' | 'active' | 'createdAt' | 'language' | 'emailVerifiedAt'
>;

/** The columns of a `UserRow`: the password hash is never read for a view. */
export const USER_COLUMNS = 'id, email, full_name, role, staff_roles, active, created_at, language, email_verified_at';

export function userView({ createdAt, emailVerifiedAt, staffRoles, ...user }: UserRow): UserView {
  const { id, email, fullName, role, active, language } = user;
  const emailVerified = emailVerifiedAt !== null;
  return { id, email, fullName, role, staffRoles: [...staffRoles], active, createdAt: createdAt.toISOString(), language, emailVerified };
}
