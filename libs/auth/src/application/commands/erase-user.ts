import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { UpcomingReservations } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { PasswordWrong, ReservationsAhead, UserNotFound } from '../../domain/errors.js';
import { Passwords } from '../../domain/passwords.js';
import { Sessions } from '../../domain/sessions.js';
import { Users } from '../../domain/users.js';

/**
 * Removes the person: the account and its sessions here, the rest by the event. The books stay, with the id alone. Throws `PasswordWrong`,
 * `ReservationsAhead`, `LastAdmin` or `UserNotFound`.
 */
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
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ userId, password }: EraseUser): Promise<void> {
    const user = await this.users.withId(userId);
    if (user === null) throw new UserNotFound();
    const { passwordHash } = user.state;
    if (!(await this.passwords.verify(password, passwordHash))) throw new PasswordWrong();
    // What is paid at this very moment is ended by the reaction of reservations, with everything given back.
    const ahead = await this.queries.execute(new UpcomingReservations(userId));
    if (ahead.length > 0) throw new ReservationsAhead(ahead);
    const now = this.clock.now();
    await this.transactions.run(async () => {
      await this.users.erase(
        userId,
        (current, situation) => {
          // Changed or reset meanwhile: this may not come from the owner any more.
          if (current.state.passwordHash !== passwordHash) throw new PasswordWrong();
          current.erase(situation, now);
        },
        now,
      );
      await this.sessions.removeAll(userId);
    });
  }
}
