import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { normaliseEmail } from '../../domain/email.js';
import { UserNotFound } from '../../domain/errors.js';
import { Users } from '../../domain/users.js';

/** A mail with a link for a new password becomes due. Does nothing for an unknown address and a deactivated user. */
export class RequestPasswordReset extends Command<void> {
  constructor(readonly email: string) {
    super();
  }
}

@CommandHandler(RequestPasswordReset)
export class RequestPasswordResetHandler implements ICommandHandler<RequestPasswordReset> {
  constructor(
    private readonly users: Users,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ email }: RequestPasswordReset): Promise<void> {
    const user = await this.users.withEmail(normaliseEmail(email));
    if (user === null) return;
    await this.transactions
      .run(() => this.users.change(user.id, (current) => current.requestPasswordReset(this.clock.now())))
      .catch((error: unknown) => {
        // Erased at this moment.
        if (!(error instanceof UserNotFound)) throw error;
      });
  }
}
