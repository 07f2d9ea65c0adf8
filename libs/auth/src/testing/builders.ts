import { randomUUID } from 'node:crypto';
import { type Role, User } from '../domain/user.js';

/** A user with an address of its own. */
export function aUser({
  email = `${randomUUID()}@example.org`,
  password = 'seven quiet rows',
  role = 'customer',
}: { email?: string; password?: string; role?: Role } = {}): User {
  return User.register({
    email,
    fullName: 'Ada Lovelace',
    passwordHash: `hash of ${password}`,
    role,
    now: new Date('2026-03-01T12:00:00Z'),
  });
}
