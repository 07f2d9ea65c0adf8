import { randomUUID } from 'node:crypto';
import type { UserRole } from '@app/contracts/auth.js';
import { User } from '../domain/user.js';

/** A user with an address of its own. */
export function aUser({
  email = `${randomUUID()}@example.org`,
  password = 'seven quiet rows',
  role = 'customer',
}: { email?: string; password?: string; role?: UserRole } = {}): User {
  return User.register({
    email,
    fullName: 'Ada Lovelace',
    passwordHash: `hash of ${password}`,
    role,
    now: new Date('2026-03-01T12:00:00Z'),
  });
}
