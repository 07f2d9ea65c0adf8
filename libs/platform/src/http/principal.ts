/** Who a request acts for. */
export type UserRole = 'customer' | 'admin';

export interface Principal {
  readonly userId: string;
  readonly role: UserRole;
}
