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
    staffRoles: { type: 'text', name: 'staff_roles', array: true, default: '{}' },
    active: { type: 'boolean' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    language: { type: 'text', default: 'en' },
    emailVerifiedAt: { type: 'timestamptz', name: 'email_verified_at', nullable: true },
    verificationId: { type: 'uuid', name: 'verification_id', nullable: true },
    verificationExpiresAt: { type: 'timestamptz', name: 'verification_expires_at', nullable: true },
    resetId: { type: 'uuid', name: 'reset_id', nullable: true },
    resetExpiresAt: { type: 'timestamptz', name: 'reset_expires_at', nullable: true },
  },
  uniques: [{ name: 'users_email_key', columns: ['email'] }],
  indices: [
    { name: 'users_admins', columns: ['id'], where: `role = 'admin' AND active` },
    { name: 'users_by_role', columns: ['role', 'active', 'id'] },
    { name: 'users_verification', columns: ['verificationId'], where: 'verification_id IS NOT NULL' },
    { name: 'users_reset', columns: ['resetId'], where: 'reset_id IS NOT NULL' },
  ],
  checks: [
    { name: 'users_email_check', expression: `email <> ''` },
    { name: 'users_role_check', expression: `role IN ('customer', 'admin')` },
    { name: 'users_staff_roles_check', expression: `staff_roles <@ ARRAY['box-office', 'reporting']` },
    { name: 'users_language_check', expression: `language ~ '^[A-Za-z0-9-]{2,35}$'` },
    { name: 'users_version_check', expression: 'version > 0' },
  ],
});
