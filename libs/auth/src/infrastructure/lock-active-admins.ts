import type { Database } from '@app/platform/persistence/database.js';

/** Sorted by id, and before the user's own row: of two callers at the same moment one waits here, and sees what the other left. Returns their ids. */
export async function lockActiveAdmins(database: Database): Promise<string[]> {
  const admins = await database.query<{ id: string }>(`SELECT id FROM auth.users WHERE role = 'admin' AND active ORDER BY id FOR UPDATE`);
  return admins.map(({ id }) => id);
}
