/** The commands of the auth context on fakes, executed as the API executes them, and what holds for each change of a user by an admin. */
import { type Command, CommandBus } from '@nestjs/cqrs';
import { MailLanguages } from '@app/contracts/notifications.js';
import { UpcomingReservations } from '@app/contracts/reservations.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { loadSettings } from '@app/platform/config/load-settings.js';
import { HeldRight } from '@app/platform/testing/held-right.js';
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { authHandlers, authServices } from '../application/handlers.js';
import { UserNotFound } from '../domain/errors.js';
import { DerivedTokens } from '../domain/derived-tokens.js';
import { AuthSettings } from '../auth.settings.js';
import { ApiKeys } from '../domain/api-keys.js';
import { Sessions } from '../domain/sessions.js';
import { Passwords } from '../domain/passwords.js';
import type { User, UserState } from '../domain/user.js';
import { Users } from '../domain/users.js';
import { aUser } from './builders.js';
import { FakePasswords } from './fake-passwords.js';
import { FakeTokens } from './fake-tokens.js';
import { InMemoryApiKeys } from './in-memory-api-keys.js';
import { InMemorySessions } from './in-memory-sessions.js';
import { InMemoryUsers } from './in-memory-users.js';

export class UsersHarness {
  readonly users = new InMemoryUsers();
  readonly sessions = new InMemorySessions();
  readonly apiKeys = new InMemoryApiKeys();
  readonly passwords = new FakePasswords();
  readonly audit = new InMemoryAuditTrail();
  /** Who executes the admin commands. */
  readonly admin = aUser({ role: 'admin' });
  /** What reservations answers for every customer. */
  reservationsAhead: string[] = [];
  /** What notifications answers. */
  languages: readonly string[] = ['de', 'en'];
  readonly bus = new InMemoryBus({
    handlers: [...authServices, ...authHandlers],
    providers: [
      [Users, this.users],
      [ApiKeys, this.apiKeys],
      [Passwords, this.passwords],
      [Sessions, this.sessions],
      [AuthSettings, loadSettings({}, [AuthSettings]).get(AuthSettings)],
      [DerivedTokens, new FakeTokens()],
      [Clock, new FixedClock('2026-03-01T12:00:00Z')],
    ],
  })
    .answer(UpcomingReservations, () => this.reservationsAhead)
    .answer(MailLanguages, () => this.languages);
  readonly #admin = new AdminCommands(this.bus.get(CommandBus), new ImmediateTransactions(), this.audit, new HeldRight());

  private constructor() {}

  /** With the admin and these users stored. Their events are forgotten. */
  static async with(...users: User[]): Promise<UsersHarness> {
    const harness = new UsersHarness();
    for (const user of [harness.admin, ...users]) await harness.users.add(user);
    harness.forgetEvents();
    return harness;
  }

  /** Executes a command that needs no admin. */
  execute<Result>(command: Command<Result>): Promise<Result> {
    return this.bus.execute(command);
  }

  executeAsAdmin<Result>(command: Command<Result> & AdminCommand<Result>): Promise<Result> {
    return this.#admin.execute(command);
  }

  stateOf({ id }: User): UserState {
    return this.users.states.get(id)!;
  }

  forgetEvents(): void {
    this.users.recorded.length = 0;
  }
}

interface ChangeOfUser {
  readonly harness: UsersHarness;
  /** Whom `execute` changes without an id. */
  readonly user: User;
  readonly execute: (userId?: string) => Promise<boolean>;
}

/** `becomes`: the state of the user after the change. `details`: what the audit entry says beside the action. */
export function describeChangeOfUser(
  given: () => Promise<ChangeOfUser>,
  { action, event, becomes, details }: { action: string; event: string; becomes: Partial<UserState>; details?: object },
): void {
  it(`${action} changes the user and records ${event}`, async () => {
    const { harness, user, execute } = await given();
    expect(await execute()).toBe(true);
    expect(harness.stateOf(user)).toMatchObject({ id: user.id, ...becomes });
    expect(harness.users.recorded).toEqual([event]);
  });

  it(`${action} leaves an audit entry`, async () => {
    const { harness, user, execute } = await given();
    await execute();
    expect(harness.audit.entries).toEqual([{ actor: harness.admin.id, action, subject: user.id, ...(details && { details }) }]);
  });

  it(`a second ${action} records no event and leaves no audit entry`, async () => {
    const { harness, user, execute } = await given();
    expect([await execute(), await execute()]).toEqual([true, false]);
    expect(harness.stateOf(user)).toMatchObject(becomes);
    expect([harness.users.recorded, harness.audit.entries]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it(`${action} of an unknown user is refused without an audit entry`, async () => {
    const { harness, execute } = await given();
    await expect(execute(newId())).rejects.toThrow(UserNotFound);
    expect([harness.users.recorded, harness.audit.entries]).toEqual([[], []]);
  });
}
