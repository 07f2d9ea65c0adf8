/** Who a request acts for. */
export type UserRole = 'customer' | 'admin';

export interface Principal {
  readonly userId: string;
  readonly role: UserRole;
  /** Of the login. Missing in tokens made before there were sessions. */
  readonly sessionId?: string | undefined;
}
