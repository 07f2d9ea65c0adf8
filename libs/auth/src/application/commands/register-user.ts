import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { MailLanguages } from '@app/contracts/notifications.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { knownLanguage } from '../../domain/language.js';
import { checkNewPassword } from '../../domain/password.js';
import { Passwords } from '../../domain/passwords.js';
import { UserNotFound } from '../../domain/errors.js';
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
    const registered = id === user.id ? user : await this.users.withId(id);
    if (registered === null) throw new UserNotFound();
    return userView(registered.state);
  }
}
