import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { normaliseEmail } from '../../domain/email.js';
import { UserNotFound } from '../../domain/errors.js';
import { Users } from '../../domain/users.js';

/** Another mail with a link that verifies the address becomes due. Does nothing for an unknown or a verified address, and for a deactivated user. */
export class RequestEmailVerification extends Command<void> {
  constructor(readonly email: string) {
    super();
  }
}

@CommandHandler(RequestEmailVerification)
export class RequestEmailVerificationHandler implements ICommandHandler<RequestEmailVerification> {
  constructor(
    private readonly users: Users,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ email }: RequestEmailVerification): Promise<void> {
    const user = await this.users.withEmail(normaliseEmail(email));
    if (user === null) return;
    await this.transactions
      .run(() => this.users.change(user.id, (current) => current.requestEmailVerification(this.clock.now())))
      .catch((error: unknown) => {
        // Erased at this moment.
        if (!(error instanceof UserNotFound)) throw error;
      });
  }
}
