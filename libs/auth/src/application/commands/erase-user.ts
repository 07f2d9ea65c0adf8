import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PasswordWrong, UserNotFound } from '../../domain/errors.js';
import { Passwords } from '../../domain/passwords.js';
import { Users } from '../../domain/users.js';
import { Erasure } from '../erasure.js';

/** A user erases their own account. Throws `PasswordWrong`, `ReservationsAhead`, `LastAdmin` or `UserNotFound`. */
export class EraseUser extends Command<void> {
  constructor(
    readonly userId: string,
    readonly password: string,
  ) {
    super();
  }
}

@CommandHandler(EraseUser)
export class EraseUserHandler implements ICommandHandler<EraseUser> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly erasure: Erasure,
  ) {}

  async execute({ userId, password }: EraseUser): Promise<void> {
    const user = await this.users.withId(userId);
    if (user === null) throw new UserNotFound();
    const { passwordHash } = user.state;
    if (!(await this.passwords.verify(password, passwordHash))) throw new PasswordWrong();
    await this.erasure.erase(userId, (current) => {
      // Changed or reset meanwhile: this may not come from the owner any more.
      if (current.state.passwordHash !== passwordHash) throw new PasswordWrong();
    });
  }
}
