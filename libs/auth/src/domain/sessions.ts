import type { Session } from './session.js';

export abstract class Sessions {
  /** False when the user is not active any more, or has another password by now: nothing is added. */
  abstract add(session: Session, passwordHash: string): Promise<boolean>;

  /** Of callers at the same moment each sees what the one before left. Null when there is no such session. */
  abstract change<T>(id: string, decide: (session: Session) => T): Promise<T | null>;

  /** Ends all sessions of a user, or all but one. Belongs into the transaction that changes the user, behind that change. */
  abstract endAll(userId: string, options: { now: Date; except?: string | undefined }): Promise<void>;

  /** Returns how many. Of an ended session a row is kept, and each process reads those; of so many it would read too much. */
  abstract removeOfEverybody(): Promise<number>;

  /** Removes all sessions of an erased user. Belongs into the transaction that erases, behind the erasure. */
  abstract removeAll(userId: string): Promise<void>;
}
