import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { isEmail } from '../../domain/email.js';
import { EmailMalformed } from '../../domain/errors.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { User } from '../../domain/user.js';
import { Users } from '../../domain/users.js';
import { type UserView, userView } from '../queries/user.view.js';

/** The operator makes a new account that is an admin. Throws `EmailInUse`: an account is never promoted by its address. */
export class CreateAdmin extends Command<UserView> implements AdminCommand<UserView> {
  readonly adminId = null;

  constructor(readonly account: { readonly email: string; readonly password: string; readonly fullName: string }) {
    super();
  }

  auditEntry({ id }: UserView) {
    return { action: 'auth.create-admin', subject: id };
  }
}

@CommandHandler(CreateAdmin)
export class CreateAdminHandler implements ICommandHandler<CreateAdmin> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  async execute({ account: { email, password, fullName } }: CreateAdmin): Promise<UserView> {
    if (!isEmail(email)) throw new EmailMalformed();
    checkNewPassword(password, email);
    const passwordHash = await this.passwords.hash(password);
    const user = User.register({ email, fullName, passwordHash, role: 'admin', now: this.clock.now() });
    await this.users.add(user);
    return userView(user.state);
  }
}
