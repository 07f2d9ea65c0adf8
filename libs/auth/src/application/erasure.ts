import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { UpcomingReservations } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { ReservationsAhead } from '../domain/errors.js';
import { Sessions } from '../domain/sessions.js';
import type { User } from '../domain/user.js';
import { Users } from '../domain/users.js';

/** Removes a person: the account and its sessions here, the rest by the event. The books stay, with the id alone. */
@Injectable()
export class Erasure {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  /** `assertAllowed` sees the user as it is under the lock. Throws `ReservationsAhead`, `LastAdmin`, `UserNotFound`, and what `assertAllowed` throws. */
  async erase(userId: string, assertAllowed: (user: User) => void = () => undefined): Promise<void> {
    // What is paid at this very moment is ended by the reaction of reservations, with everything given back.
    const ahead = await this.queries.execute(new UpcomingReservations(userId));
    if (ahead.length > 0) throw new ReservationsAhead(ahead);
    const now = this.clock.now();
    await this.transactions.run(async () => {
      await this.users.erase(
        userId,
        (user, situation) => {
          assertAllowed(user);
          user.erase(situation, now);
        },
        now,
      );
      await this.sessions.removeAll(userId);
    });
  }
}
