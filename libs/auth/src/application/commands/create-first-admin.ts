import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { normaliseEmail } from '../../domain/email.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { User } from '../../domain/user.js';
import { Users } from '../../domain/users.js';
import { type UserView, userView } from '../queries/user.view.js';

export interface FirstAdmin {
  /** Null when there is an admin already, or another process is faster. */
  readonly created: UserView | null;
  /** Whether the account with the address is an active admin now. */
  readonly isAdmin: boolean;
}

/**
 * Makes a new account that is an admin, when there is none. Throws `EmailInUse`: an account is never promoted by its address, because anybody can
 * register one with a password of their own.
 */
export class CreateFirstAdmin extends Command<FirstAdmin> implements AdminCommand<FirstAdmin> {
  readonly adminId = null;

  constructor(readonly account: { readonly email: string; readonly password: string; readonly fullName: string }) {
    super();
  }

  auditEntry({ created }: FirstAdmin) {
    return created === null ? null : { action: 'auth.create-first-admin', subject: created.id };
  }
}

@CommandHandler(CreateFirstAdmin)
export class CreateFirstAdminHandler implements ICommandHandler<CreateFirstAdmin> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  async execute({ account: { email, password, fullName } }: CreateFirstAdmin): Promise<FirstAdmin> {
    const existing = await this.users.withEmail(normaliseEmail(email));
    const isAdmin = existing?.state.role === 'admin' && existing.state.active;
    // At almost every start: no hash, and no lock.
    if (isAdmin) return { created: null, isAdmin };
    checkNewPassword(password, email);
    const passwordHash = await this.passwords.hash(password);
    const created = await this.users.addKnowingAdmins((situation) =>
      User.firstAdmin({ email, fullName, passwordHash, now: this.clock.now() }, situation),
    );
    return created === null ? { created: null, isAdmin: await this.isAdmin(email) } : { created: userView(created.state), isAdmin: true };
  }

  private async isAdmin(email: string): Promise<boolean> {
    const user = await this.users.withEmail(normaliseEmail(email));
    return user?.state.role === 'admin' && user.state.active;
  }
}
