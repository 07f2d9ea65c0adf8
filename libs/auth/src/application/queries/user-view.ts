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
  fullName: string;
  role: Role;
  active: boolean;
  createdAt: Date;
}

export function userViewOfRow({ id, email, fullName, role, active, createdAt }: UserRow): UserView {
  return { id, email, fullName: fullName, role, active, createdAt: createdAt.toISOString() };
}

export function userViewOf({ id, email, fullName, role, active, createdAt }: UserState): UserView {
  return { id, email, fullName, role, active, createdAt: createdAt.toISOString() };
}
