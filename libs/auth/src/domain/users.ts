import type { AdminSituation, User } from './user.js';

export abstract class Users {
  /** Throws `EmailInUse`. */
  abstract add(user: User): Promise<void>;

  /**
   * Adds the user that is decided on, or none for null. Of callers at the same moment each sees the admins that the one before left. Throws
   * `EmailInUse`.
   */
  abstract addKnowingAdmins(decide: (situation: AdminSituation) => User | null): Promise<User | null>;

  /** Throws `UserNotFound`. */
  abstract change<T = void>(id: string, decide: (user: User) => T): Promise<T>;

  /**
   * For decisions that may end with one admin less. All active admins are locked first, so that two admins cannot remove each other at the
   * same moment. Throws `UserNotFound`.
   */
  abstract changeWithAdminsLocked<T = void>(id: string, decide: (user: User, situation: AdminSituation) => T): Promise<T>;

  /**
   * Decides as `changeWithAdminsLocked`, and removes the user with everything that names the person. What stays: the id and the time. Throws
   * `UserNotFound`.
   */
  abstract erase(id: string, decide: (user: User, situation: AdminSituation) => void, now: Date): Promise<void>;

  /** The user to whom the link was sent; null for a link that is used or void. Locks nothing. */
  abstract idOfMailLink(requestId: string): Promise<string | null>;

  /** Null when there is no such user. Locks nothing. */
  abstract withId(id: string): Promise<User | null>;

  /** Null when no user has this normalised address. Locks nothing. */
  abstract withEmail(email: string): Promise<User | null>;
}
