import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { normaliseEmail } from '../../domain/email.js';
import { EmailInUse, EmailMalformed } from '../../domain/errors.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { User } from '../../domain/user.js';
import { Users } from '../../domain/users.js';

export type EnsuredAdmin = 'created' | 'promoted' | 'was-admin';

/** Makes sure that an active admin has this address, from however many processes at the same moment. An existing user keeps the password. */
export class EnsureAdmin extends Command<EnsuredAdmin> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly fullName: string,
  ) {
    super();
  }
}

/** Without a transaction around it: an attempt that another process prevented must not undo what follows it. */
@CommandHandler(EnsureAdmin)
export class EnsureAdminHandler implements ICommandHandler<EnsureAdmin> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  async execute(command: EnsureAdmin): Promise<EnsuredAdmin> {
    const { email } = command;
    const outcome = (await this.promote(email)) ?? (await this.create(command)) ?? (await this.promote(email));
    if (outcome === null) throw new Error(`The user ${email} was created by another process and is gone`);
    return outcome;
  }

  /** Null when no user has the address. */
  private async promote(email: string): Promise<EnsuredAdmin | null> {
    const existing = await this.users.withEmail(normaliseEmail(email));
    if (existing === null) return null;
    return this.users.change(existing.id, (user) => {
      user.promote();
      user.activate();
      return user.hasChanged ? 'promoted' : 'was-admin';
    });
  }

  /** Null when another process was faster. */
  private async create({ email, password, fullName }: EnsureAdmin): Promise<EnsuredAdmin | null> {
    if (!/^[^\s@]+@[^\s@]+$/.test(normaliseEmail(email))) throw new EmailMalformed();
    checkNewPassword(password);
    const passwordHash = await this.passwords.hash(password);
    try {
      await this.users.add(User.register({ email, fullName, passwordHash, role: 'admin', now: this.clock.now() }));
      return 'created';
    } catch (error) {
      if (error instanceof EmailInUse) return null;
      throw error;
    }
  }
}
