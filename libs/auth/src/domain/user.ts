import { UserActivated, UserDeactivated, UserDemoted, UserPromoted, UserRegistered } from '@app/contracts/auth.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { newId } from '@app/kernel/id.js';
import { normaliseEmail } from './email.js';
import { LastAdmin } from './errors.js';

export type Role = 'customer' | 'admin';

export interface UserState extends AggregateState {
  /** Normalised. */
  readonly email: string;
  readonly fullName: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly active: boolean;
  readonly createdAt: Date;
}

export class User extends AggregateRoot<UserState> {
  static register(account: { email: string; fullName: string; passwordHash: string; role: Role; now: Date }): User {
    const { fullName, passwordHash, role, now } = account;
    const email = normaliseEmail(account.email);
    const user = new User({ id: newId(), version: 0, email, fullName: fullName.trim(), passwordHash, role, active: true, createdAt: now });
    user.record(new UserRegistered({ userId: user.id, email, fullName: user.state.fullName, role }));
    return user;
  }

  promote(): void {
    if (this.state.role !== 'admin') this.record(new UserPromoted({ userId: this.id }), { role: 'admin' });
  }

  /** `otherAdmins`: how many active admins there are besides this one. Throws `LastAdmin`. */
  demote(otherAdmins: number): void {
    if (this.state.role === 'customer') return;
    this.refuseIfLast(otherAdmins);
    this.record(new UserDemoted({ userId: this.id }), { role: 'customer' });
  }

  /** As `demote`. */
  deactivate(otherAdmins: number): void {
    if (!this.state.active) return;
    this.refuseIfLast(otherAdmins);
    this.record(new UserDeactivated({ userId: this.id }), { active: false });
  }

  activate(): void {
    if (!this.state.active) this.record(new UserActivated({ userId: this.id }), { active: true });
  }

  private refuseIfLast(otherAdmins: number): void {
    const runsTheCinema = this.state.role === 'admin' && this.state.active;
    if (runsTheCinema && otherAdmins === 0) throw new LastAdmin();
  }
}
