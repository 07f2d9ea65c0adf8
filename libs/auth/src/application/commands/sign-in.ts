import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { normaliseEmail } from '../../domain/email.js';
import { Passwords } from '../../domain/passwords.js';
import type { Role } from '../../domain/user.js';
import { Users } from '../../domain/users.js';

export interface SignedInUser {
  readonly userId: string;
  readonly role: Role;
}

/** Null for an unknown address, a wrong password and a deactivated account alike, in the same time: nobody learns which. */
export class SignIn extends Command<SignedInUser | null> {
  constructor(
    readonly email: string,
    readonly password: string,
  ) {
    super();
  }
}

@CommandHandler(SignIn)
export class SignInHandler implements ICommandHandler<SignIn> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
  ) {}

  async execute({ email, password }: SignIn): Promise<SignedInUser | null> {
    const user = await this.users.withEmail(normaliseEmail(email));
    const matches = await this.passwords.verify(password, user?.state.passwordHash ?? null);
    return matches && user?.state.active ? { userId: user.id, role: user.state.role } : null;
  }
}
