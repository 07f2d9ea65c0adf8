import type { Role, UserState } from '../../domain/user.js';

/** An account as its owner and the admins see it. */
export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
  readonly active: boolean;
  /** ISO instant. */
  readonly createdAt: string;
}

export const USER_COLUMNS = 'id, email, full_name, role, active, created_at';

export interface UserRow {
  id: string;
  email: string;
  full_name: string;
  role: Role;
  active: boolean;
  created_at: Date;
}

export function userViewOfRow({ id, email, full_name, role, active, created_at }: UserRow): UserView {
  return { id, email, fullName: full_name, role, active, createdAt: created_at.toISOString() };
}

export function userViewOf({ id, email, fullName, role, active, createdAt }: UserState): UserView {
  return { id, email, fullName, role, active, createdAt: createdAt.toISOString() };
}
