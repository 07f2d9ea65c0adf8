import { EntitySchema } from 'typeorm';
import type { UserState } from '../domain/user.js';

export const userSchema = new EntitySchema<UserState>({
  name: 'auth.user',
  schema: 'auth',
  tableName: 'users',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'users_pkey' },
    version: { type: 'integer' },
    email: { type: 'text' },
    fullName: { type: 'text', name: 'full_name' },
    passwordHash: { type: 'text', name: 'password_hash' },
    role: { type: 'text' },
    active: { type: 'boolean' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
  uniques: [{ name: 'users_email_key', columns: ['email'] }],
  indices: [{ name: 'users_admins', columns: ['id'], where: `role = 'admin' AND active` }],
  checks: [
    { name: 'users_email_check', expression: `email <> ''` },
    { name: 'users_role_check', expression: `role IN ('customer', 'admin')` },
    { name: 'users_version_check', expression: 'version > 0' },
  ],
});
