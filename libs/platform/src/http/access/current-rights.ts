/** What the guard of access asks the auth context, and who was let in by a right. */
import { RightMissing, TOKEN_REVOKED } from '../problems/http-errors.js';

/** What auth knows about an account at this moment: a role that was taken away must not last until the token expires. */
export abstract class CurrentRights {
  /** Whether the user has the right. Null when there is no such active account. */
  abstract has(userId: string, right: string): Promise<boolean | null>;

  /**
   * As `has`, inside the transaction of an act that needs the right. Where the act changes users, it waits for others that do, so that the answer
   * holds until the transaction ends.
   */
  abstract hasForAct(userId: string, right: string): Promise<boolean | null>;
}

/** The ids of users and sessions whose access tokens are refused although they have not expired. Asked on each request with a token. */
export abstract class RevokedAccess {
  abstract includes(id: string): Promise<boolean>;
}

/** Where the context of a request keeps who was let in by a right. */
export const ACTOR = Symbol('platform.actor');
export interface Actor {
  readonly userId: string;
  readonly right: string;
}

/** `hasRight`: as `CurrentRights` says. */
export function assertRight(hasRight: boolean | null, right: string): void {
  if (hasRight === null) throw TOKEN_REVOKED;
  if (!hasRight) throw new RightMissing(right);
}
