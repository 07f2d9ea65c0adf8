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

/** What is known of the other users when an admin may be made or lost. */
export interface AdminSituation {
  /** Active admins besides the user. */
  readonly otherAdmins: number;
}

/** Every method records nothing when the user is already as requested. */
export class User extends AggregateRoot<UserState> {
  static register(request: { email: string; fullName: string; passwordHash: string; role: Role; now: Date }): User {
    const { passwordHash, role, now } = request;
    const [email, fullName] = [normaliseEmail(request.email), request.fullName.trim()];
    const user = new User({ id: newId(), version: 0, email, fullName, passwordHash, role, active: true, createdAt: now });
    user.record(new UserRegistered({ userId: user.id, email, fullName, role }));
    return user;
  }

  /** Null when there is an admin: others are made by admins, or by an operator who says so. */
  static firstAdmin(request: { email: string; fullName: string; passwordHash: string; now: Date }, situation: AdminSituation): User | null {
    return situation.otherAdmins > 0 ? null : User.register({ ...request, role: 'admin' });
  }

  promote(): void {
    if (this.state.role !== 'admin') this.record(new UserPromoted({ userId: this.id }), { role: 'admin' });
  }

  /** Throws `LastAdmin`. */
  demote(situation: AdminSituation): void {
    if (this.state.role === 'customer') return;
    this.assertNotLastAdmin(situation);
    this.record(new UserDemoted({ userId: this.id }), { role: 'customer' });
  }

  /** Throws `LastAdmin`. */
  deactivate(situation: AdminSituation): void {
    if (!this.state.active) return;
    this.assertNotLastAdmin(situation);
    this.record(new UserDeactivated({ userId: this.id }), { active: false });
  }

  activate(): void {
    if (!this.state.active) this.record(new UserActivated({ userId: this.id }), { active: true });
  }

  private assertNotLastAdmin({ otherAdmins }: AdminSituation): void {
    const isActiveAdmin = this.state.role === 'admin' && this.state.active;
    if (isActiveAdmin && otherAdmins === 0) throw new LastAdmin();
  }
}
