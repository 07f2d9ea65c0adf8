import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { normaliseEmail } from '../../domain/email.js';
import { EmailInUse, EmailMalformed } from '../../domain/errors.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { User } from '../../domain/user.js';
import { Users } from '../../domain/users.js';

export type EnsuredAdmin = 'created' | 'promoted' | 'was-admin';

/** There is an active admin with this address afterwards, however often and from however many processes it is asked. An existing account keeps its password. */
export class EnsureAdmin extends Command<EnsuredAdmin> {
  constructor(
    readonly email: string,
    readonly password: string,
    readonly fullName: string,
  ) {
    super();
  }
}

@CommandHandler(EnsureAdmin)
export class EnsureAdminHandler implements ICommandHandler<EnsureAdmin> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  async execute({ email, password, fullName }: EnsureAdmin): Promise<EnsuredAdmin> {
    return (
      (await this.promoted(email)) ?? (await this.created(email, password, fullName)) ?? (await this.promoted(email)) ?? this.lost(email)
    );
  }

  private async promoted(email: string): Promise<EnsuredAdmin | null> {
    const existing = await this.users.withEmail(normaliseEmail(email));
    if (existing === null) return null;
    return this.users.change(existing.id, (user) => {
      user.promote();
      user.activate();
      return user.hasChanged ? 'promoted' : 'was-admin';
    });
  }

  /** Null when another process was first. */
  private async created(email: string, password: string, fullName: string): Promise<EnsuredAdmin | null> {
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

  private lost(email: string): never {
    throw new Error(`The account ${email} was taken and is gone`);
  }
}
