import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { MailLanguages } from '@app/contracts/notifications.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { knownLanguage } from '../../domain/language.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { EmailInUse, UserNotFound } from '../../domain/errors.js';
import { User } from '../../domain/user.js';
import { Users } from '../../domain/users.js';
import { type UserView, userView } from '../queries/user.view.js';

interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
  readonly language?: string | undefined;
}

/** Throws `EmailInUse`, `UnknownLanguage`, what `checkNewPassword` throws, and for a repeated request `UserNotFound` where the user was erased. */
export class RegisterUser extends Command<UserView> {
  constructor(
    readonly account: NewAccount,
    /** Whether a mail with a link that verifies the address is due. */
    readonly mails: { readonly sendsLink: boolean } = { sendsLink: true },
  ) {
    super();
  }
}

@CommandHandler(RegisterUser)
export class RegisterUserHandler implements ICommandHandler<RegisterUser> {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly queries: QueryBus,
  ) {}

  async execute({ account: { email, password, fullName, language: wanted }, mails: { sendsLink } }: RegisterUser): Promise<UserView> {
    checkNewPassword(password, email);
    const language = wanted === undefined ? undefined : knownLanguage(wanted, await this.queries.execute(new MailLanguages()));
    // Before the transaction: a hash takes long, and no connection waits for it.
    const passwordHash = await this.passwords.hash(password);
    const now = this.clock.now();
    const user = User.register({ email, fullName, passwordHash, role: 'customer', now, ...(language !== undefined && { language }) });
    if (sendsLink) user.requestEmailVerification(now);
    // A repeated request needs the id alone. The rest is about a person, who may be erased before the key is.
    const { id } = await this.transactions.idempotently(async () => {
      await this.users.add(user);
      return { id: user.id };
    });
    return userView((id === user.id ? user : await this.registeredBefore(id, password)).state);
  }

  /** The account may have another owner by now: who made it knows the password no more once it was set anew by mail. */
  private async registeredBefore(id: string, password: string): Promise<User> {
    const user = await this.users.withId(id);
    if (user === null) throw new UserNotFound();
    const matches = await this.passwords.verify(password, user.state.passwordHash);
    if (!matches || !user.state.active) throw new EmailInUse();
    return user;
  }
}
