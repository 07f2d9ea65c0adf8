import type { Database } from '@app/platform/persistence/database.js';
import type { UserState } from '../../../domain/user.js';

type Roles = Pick<UserState, 'role' | 'staffRoles'>;

/** Null when there is no such active account. */
export async function activeRolesOf(database: Database, userId: string): Promise<Roles | null> {
  const [roles] = await database.prepared<Roles>('SELECT role, staff_roles FROM auth.users WHERE id = $1 AND active', [userId]);
  return roles ?? null;
}
