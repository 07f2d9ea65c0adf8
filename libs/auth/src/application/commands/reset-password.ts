import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { DerivedTokens } from '../../domain/derived-tokens.js';
import { MailTokenInvalid } from '../../domain/errors.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { Sessions } from '../../domain/sessions.js';
import { Users } from '../../domain/users.js';

/** Ends all sessions of the user. Resolves to the user's id. Throws `MailTokenInvalid`, `PasswordTooCommon` or `PasswordOutOfRange`. */
export class ResetPassword extends Command<string> {
  constructor(
    readonly token: string,
    readonly newPassword: string,
  ) {
    super();
  }
}

@CommandHandler(ResetPassword)
export class ResetPasswordHandler implements ICommandHandler<ResetPassword> {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
    private readonly tokens: DerivedTokens,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ token, newPassword }: ResetPassword): Promise<string> {
    checkNewPassword(newPassword);
    const requestId = this.tokens.requestOf(token);
    const userId = requestId === null ? null : await this.users.idOfMailLink(requestId);
    const user = userId === null ? null : await this.users.withId(userId);
    if (requestId === null || userId === null || user === null) throw new MailTokenInvalid();
    checkNewPassword(newPassword, user.state.email);
    // Before the transaction: a hash takes long, and no connection waits for it.
    const passwordHash = await this.passwords.hash(newPassword);
    await this.transactions.run(async () => {
      await this.users.change(userId, (user) => user.resetPassword({ requestId, passwordHash, now: this.clock.now() }));
      await this.sessions.endAll(userId, { now: new Date() });
    });
    return userId;
  }
}
