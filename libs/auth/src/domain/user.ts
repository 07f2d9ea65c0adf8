import {
  EmailVerificationRequested,
  EmailVerified,
  PasswordChanged,
  PasswordResetRequested,
  type StaffRole,
  StaffRoleGiven,
  StaffRoleTaken,
  UserActivated,
  UserDeactivated,
  UserDemoted,
  UserErased,
  UserProfileChanged,
  UserPromoted,
  UserRegistered,
  type UserRole,
} from '@app/contracts/auth.js';
import { DEFAULT_LANGUAGE } from '@app/contracts/default-language.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { normaliseEmail } from './email.js';
import { LastAdmin, MailTokenInvalid } from './errors.js';
import { STAFF_ROLES } from './rights.js';

/** Long enough to find the mail the next day. */
const VERIFICATION_MS = 48 * HOUR_MS;
/** Short: the link gives the whole account away. */
const RESET_MS = 30 * 60_000;

export interface UserState extends AggregateState {
  /** Normalised. */
  readonly email: string;
  readonly fullName: string;
  readonly passwordHash: string;
  readonly role: UserRole;
  /** In the order of `STAFF_ROLES`, each at most once. An admin keeps them, and needs none. */
  readonly staffRoles: readonly StaffRole[];
  readonly active: boolean;
  readonly createdAt: Date;
  readonly language: string;
  readonly emailVerifiedAt: Date | null;
  /** The newest link that verifies the address, until it is used. An older one is void. */
  readonly verificationId: string | null;
  readonly verificationExpiresAt: Date | null;
  /** The newest link for a new password, until it is used. An older one is void. */
  readonly resetId: string | null;
  readonly resetExpiresAt: Date | null;
}

/** What is known of the other users when an admin may be made or lost. */
export interface AdminSituation {
  /** Active admins besides the user. */
  readonly otherAdmins: number;
}

/** No method records anything when the user is already as requested. */
export class User extends AggregateRoot<UserState> {
  static register(request: { email: string; fullName: string; passwordHash: string; role: UserRole; now: Date; language?: string }): User {
    const { passwordHash, role, now, language = DEFAULT_LANGUAGE } = request;
    const [email, fullName] = [normaliseEmail(request.email), request.fullName.trim()];
    const user = new User({
      id: newId(),
      version: 0,
      email,
      fullName,
      passwordHash,
      role,
      staffRoles: [],
      active: true,
      createdAt: now,
      language,
      emailVerifiedAt: null,
      verificationId: null,
      verificationExpiresAt: null,
      resetId: null,
      resetExpiresAt: null,
    });
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

  giveRole(role: StaffRole): void {
    if (this.state.staffRoles.includes(role)) return;
    const staffRoles = STAFF_ROLES.filter((known) => known === role || this.state.staffRoles.includes(known));
    this.record(new StaffRoleGiven({ userId: this.id, role }), { staffRoles });
  }

  takeRole(role: StaffRole): void {
    if (!this.state.staffRoles.includes(role)) return;
    this.record(new StaffRoleTaken({ userId: this.id, role }), { staffRoles: this.state.staffRoles.filter((known) => known !== role) });
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

  changeProfile({
    fullName = this.state.fullName,
    language = this.state.language,
  }: {
    fullName?: string | undefined;
    language?: string | undefined;
  }): void {
    if (fullName === this.state.fullName && language === this.state.language) return;
    this.record(new UserProfileChanged({ userId: this.id }), { fullName, language });
  }

  /** A link for a new password is void afterwards: it was asked for with the old one. */
  changePassword(passwordHash: string): void {
    this.record(new PasswordChanged({ userId: this.id }), { passwordHash, resetId: null, resetExpiresAt: null });
  }

  /** Nothing is due for a verified address. */
  requestEmailVerification(now: Date): void {
    if (this.state.emailVerifiedAt !== null || !this.state.active) return;
    const [verificationId, verificationExpiresAt] = [newId(), addMs(now, VERIFICATION_MS)];
    this.record(
      new EmailVerificationRequested({ userId: this.id, requestId: verificationId, expiresAt: verificationExpiresAt.toISOString() }),
      { verificationId, verificationExpiresAt },
    );
  }

  /** Throws `MailTokenInvalid`. */
  verifyEmail({ requestId, now }: { requestId: string; now: Date }): void {
    const { verificationId, verificationExpiresAt, active } = this.state;
    if (!active || verificationId !== requestId || verificationExpiresAt === null || verificationExpiresAt <= now)
      throw new MailTokenInvalid();
    this.record(new EmailVerified({ userId: this.id }), { emailVerifiedAt: now, verificationId: null, verificationExpiresAt: null });
  }

  /** A deactivated user gets no link. */
  requestPasswordReset(now: Date): void {
    if (!this.state.active) return;
    const [resetId, resetExpiresAt] = [newId(), addMs(now, RESET_MS)];
    this.record(new PasswordResetRequested({ userId: this.id, requestId: resetId, expiresAt: resetExpiresAt.toISOString() }), {
      resetId,
      resetExpiresAt,
    });
  }

  /** Throws `MailTokenInvalid`. */
  resetPassword({ requestId, passwordHash, now }: { requestId: string; passwordHash: string; now: Date }): void {
    const { resetId, resetExpiresAt, active } = this.state;
    if (!active || resetId !== requestId || resetExpiresAt === null || resetExpiresAt <= now) throw new MailTokenInvalid();
    this.changePassword(passwordHash);
  }

  /** The last event of the user: nothing of the person is stored afterwards. Throws `LastAdmin`. */
  erase(situation: AdminSituation, now: Date): void {
    this.assertNotLastAdmin(situation);
    this.record(new UserErased({ userId: this.id, erasedAt: now.toISOString() }));
  }

  private assertNotLastAdmin({ otherAdmins }: AdminSituation): void {
    const isActiveAdmin = this.state.role === 'admin' && this.state.active;
    if (isActiveAdmin && otherAdmins === 0) throw new LastAdmin();
  }
}
