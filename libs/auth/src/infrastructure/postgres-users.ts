import { Injectable } from '@nestjs/common';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/postgres-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { EmailInUse, UserNotFound } from '../domain/errors.js';
import { User, type UserState } from '../domain/user.js';
import type { Users } from '../domain/users.js';
import { userSchema } from './user.schema.js';

@Injectable()
export class PostgresUsers extends AggregateRepository<UserState, User> implements Users {
  constructor(database: Database, transactions: Transactions, outbox: Outbox) {
    super({
      database,
      transactions,
      outbox,
      schema: userSchema,
      rebuild: (state) => new User(state),
      notFound: () => new UserNotFound(),
    });
  }

  override async add(user: User): Promise<void> {
    await super.add(user).catch((error: unknown) => {
      throw brokenConstraint(error) === 'users_email_key' ? new EmailInUse() : error;
    });
  }

  async changeAmongAdmins<T>(id: string, decide: (user: User, otherAdmins: number) => T): Promise<T> {
    return this.database.transaction(async () => {
      const admins = await this.lockAdmins();
      const others = admins.filter((admin) => admin !== id).length;
      return this.change(id, (user) => decide(user, others));
    });
  }

  async withEmail(email: string): Promise<User | null> {
    const state = await this.database.manager.findOne(userSchema, { where: { email } });
    return state === null ? null : new User(state);
  }

  /** Admins first and in order of their ids, then the account itself: a second one who takes an admin away waits here and counts anew. */
  protected async lockAdmins(): Promise<string[]> {
    const admins = await this.database.query<{ id: string }>(
      `SELECT id FROM auth.users WHERE role = 'admin' AND active ORDER BY id FOR UPDATE`,
    );
    return admins.map(({ id }) => id);
  }
}
