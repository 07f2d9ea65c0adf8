/** The roles of the people who work for the cinema, and what each may do. Routes name the right that they need, never a role. */
import type { StaffRole, UserRole } from '@app/contracts/auth.js';

export const STAFF_ROLES: readonly StaffRole[] = ['box-office', 'reporting'];

/** No staff role has it: who changes users is an admin. */
export const MANAGES_USERS = 'users.manage';

/** Holding and paying needs no right. A user who may sell holds and pays for many people, without the limits of one customer. */
export const RIGHTS_OF: Readonly<Record<StaffRole, readonly string[]>> = {
  'box-office': ['reservations.sell', 'reservations.read', 'reservations.cancel', 'reservations.check-in', 'payments.read'],
  reporting: ['reports.read'],
};

/** An admin has every right. */
export function hasRight({ role, staffRoles }: { role: UserRole; staffRoles: readonly StaffRole[] }, right: string): boolean {
  return role === 'admin' || staffRoles.some((staffRole) => RIGHTS_OF[staffRole].includes(right));
}
