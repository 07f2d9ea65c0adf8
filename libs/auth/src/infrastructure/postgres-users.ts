import { Injectable } from '@nestjs/common';
import { UserRegistered } from '@app/contracts/auth.js';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { brokenConstraint } from '@app/platform/persistence/database-errors.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { EmailInUse, UserNotFound } from '../domain/errors.js';
import { type AdminSituation, User, type UserState } from '../domain/user.js';
import type { Users } from '../domain/users.js';
import { lockActiveAdmins } from './lock-active-admins.js';
import { userSchema } from './user.schema.js';

/** Longer than an access token can live (a day). */
const REVOCATIONS_KEPT_DAYS = 2;

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

  async addKnowingAdmins(decide: (situation: AdminSituation) => User | null): Promise<User | null> {
    return this.transactions.run(async () => {
      await this.lockFirstAdmin();
      const [row] = await this.database.query<{ admins: number }>(
        `SELECT count(*)::int AS admins FROM auth.users WHERE role = 'admin' AND active`,
      );
      const user = decide({ otherAdmins: row!.admins });
      if (user !== null) await this.add(user);
      return user;
    });
  }

  async changeWithAdminsLocked<T>(id: string, decide: (user: User, situation: AdminSituation) => T): Promise<T> {
    return this.transactions.run(async () => {
      const admins = await this.lockAdmins();
      const otherAdmins = admins.filter((admin) => admin !== id).length;
      return this.change(id, (user) => decide(user, { otherAdmins }));
    });
  }

  async erase(id: string, decide: (user: User, situation: AdminSituation) => void, now: Date): Promise<void> {
    await this.transactions.run(async () => {
      const admins = await this.lockAdmins();
      const user = await this.locked({ id });
      if (user === null) throw new UserNotFound();
      decide(user, { otherAdmins: admins.filter((admin) => admin !== id).length });
      await this.database.query(`DELETE FROM auth.users WHERE id = $1`, [id]);
      await this.database.query(`INSERT INTO auth.erased_users (user_id, erased_at) VALUES ($1, $2)`, [id, now]);
      await this.revokeAccess(user);
      // The one event that names the person. It would be published again to a subscriber that missed it.
      await this.outbox.removeFields({ subject: id, type: UserRegistered.type, fields: ['email', 'fullName'] });
      await this.outbox.append([user]);
    });
  }

  async idOfMailLink(requestId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id FROM auth.users WHERE verification_id = $1 UNION ALL SELECT id FROM auth.users WHERE reset_id = $1`,
      [requestId],
    );
    return row?.id ?? null;
  }

  async withId(id: string): Promise<User | null> {
    const state = await this.database.manager.findOne(userSchema, { where: { id } });
    return state === null ? null : new User(state);
  }

  async withEmail(email: string): Promise<User | null> {
    const state = await this.database.manager.findOne(userSchema, { where: { email } });
    return state === null ? null : new User(state);
  }

  /** Access tokens outlive a deactivation: the access guard refuses them by this list. In real time, as the tokens. */
  protected override async store(user: User): Promise<void> {
    const { hasChanged } = user;
    await super.store(user);
    if (hasChanged) await this.revokeAccess(user, { unlessActive: true });
  }

  private async revokeAccess(user: User, { unlessActive = false } = {}): Promise<void> {
    await this.database.query(
      `DELETE FROM auth.revoked_access WHERE user_id = $1 OR revoked_at < clock_timestamp() - $2 * interval '1 day'`,
      [user.id, REVOCATIONS_KEPT_DAYS],
    );
    if (!unlessActive || !user.state.active) await this.database.query(`INSERT INTO auth.revoked_access (user_id) VALUES ($1)`, [user.id]);
  }

  /** There may be no row to lock yet. */
  protected async lockFirstAdmin(): Promise<void> {
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.first-admin', 0))`);
  }

  protected lockAdmins(): Promise<string[]> {
    return lockActiveAdmins(this.database);
  }
}
