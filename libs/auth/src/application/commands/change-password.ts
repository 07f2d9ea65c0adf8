import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { PasswordWrong, UserNotFound } from '../../domain/errors.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { Sessions } from '../../domain/sessions.js';
import { Users } from '../../domain/users.js';

interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The session that stays; undefined: all end. */
  readonly keptSessionId: string | undefined;
}

/** Ends the other sessions of the user. Throws `PasswordWrong`, `PasswordTooCommon`, `PasswordOutOfRange` or `UserNotFound`. */
export class ChangePassword extends Command<void> {
  constructor(
    readonly userId: string,
    readonly change: PasswordChange,
  ) {
    super();
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId, change: { currentPassword, newPassword, keptSessionId } }: ChangePassword): Promise<void> {
    const user = await this.users.withId(userId);
    if (user === null) throw new UserNotFound();
    checkNewPassword(newPassword, user.state.email);
    const { passwordHash: knownHash } = user.state;
    if (!(await this.passwords.verify(currentPassword, knownHash))) throw new PasswordWrong();
    // Before the transaction: a hash takes long, and no connection waits for it.
    const passwordHash = await this.passwords.hash(newPassword);
    await this.transactions.run(async () => {
      await this.users.change(userId, (current) => {
        // Changed or reset meanwhile: the password that was asked for is not the current one any more.
        if (current.state.passwordHash !== knownHash) throw new PasswordWrong();
        current.changePassword(passwordHash);
      });
      await this.sessions.endAll(userId, { now: new Date(), except: keptSessionId });
    });
  }
}
