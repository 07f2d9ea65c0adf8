import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { DerivedTokens } from '../../domain/derived-tokens.js';
import { MailTokenInvalid } from '../../domain/errors.js';
import { Users } from '../../domain/users.js';

/** Throws `MailTokenInvalid`. */
export class VerifyEmail extends Command<void> {
  constructor(readonly token: string) {
    super();
  }
}

@CommandHandler(VerifyEmail)
export class VerifyEmailHandler implements ICommandHandler<VerifyEmail> {
  constructor(
    private readonly users: Users,
    private readonly tokens: DerivedTokens,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ token }: VerifyEmail): Promise<void> {
    const requestId = this.tokens.requestOf(token);
    const userId = requestId === null ? null : await this.users.idOfMailLink(requestId);
    if (requestId === null || userId === null) throw new MailTokenInvalid();
    await this.transactions.run(() => this.users.change(userId, (user) => user.verifyEmail({ requestId, now: this.clock.now() })));
  }
}
