import type { User } from './user.js';

export abstract class Users {
  /** Throws `EmailInUse`. */
  abstract add(user: User): Promise<void>;

  /** Throws `UserNotFound`. */
  abstract change<T = void>(id: string, decide: (user: User) => T): Promise<T>;

  /**
   * For what may take an admin away: nobody else becomes less of an admin until it is decided, so that two admins cannot remove each
   * other at once. Throws `UserNotFound`.
   */
  abstract changeAmongAdmins<T = void>(id: string, decide: (user: User, otherAdmins: number) => T): Promise<T>;

  /** Null where nobody has this normalised address. Not locked. */
  abstract withEmail(email: string): Promise<User | null>;
}
