import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { normaliseEmail } from '../../domain/email.js';
import { Passwords } from '../../domain/passwords.js';
import type { Role } from '../../domain/user.js';
import { Users } from '../../domain/users.js';

export interface LoggedInUser {
  readonly userId: string;
  readonly role: Role;
}

/** Null for an unknown address, a wrong password and a deactivated user, after the same time, so that the answer does not show which of them it was. */
export class LogIn extends Command<LoggedInUser | null> {
  constructor(
    readonly email: string,
    readonly password: string,
  ) {
    super();
  }
}

/** Writes nothing. */
@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
  ) {}

  async execute({ email, password }: LogIn): Promise<LoggedInUser | null> {
    const user = await this.users.withEmail(normaliseEmail(email));
    const matches = await this.passwords.verify(password, user?.state.passwordHash ?? null);
    return matches && user?.state.active ? { userId: user.id, role: user.state.role } : null;
  }
}
