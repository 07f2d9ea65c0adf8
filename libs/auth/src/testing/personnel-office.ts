/** What admins do to accounts: a place to do it, and what holds whatever is done. */
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { newId } from '@app/kernel/id.js';
import type { UserView } from '../application/queries/user-view.js';
import { UserNotFound } from '../domain/errors.js';
import type { User } from '../domain/user.js';
import { anAccount } from './accounts.js';
import { InMemoryUsers } from './in-memory-users.js';

/** Opens with one admin, the boss. */
export class PersonnelOffice {
  readonly users = new InMemoryUsers();
  readonly audit = new InMemoryAuditTrail();
  readonly boss = anAccount({ role: 'admin' });
  #before = 0;

  static async with(...accounts: User[]): Promise<PersonnelOffice> {
    const office = new PersonnelOffice();
    for (const account of [office.boss, ...accounts]) await office.users.add(account);
    office.forget();
    return office;
  }

  /** What was told up to now is not what the spec is about. */
  forget(): void {
    this.#before = this.users.recorded.length;
  }

  get told(): string[] {
    return this.users.recorded.slice(this.#before);
  }
}

export interface Act {
  readonly office: PersonnelOffice;
  /** To whom it is done where nobody else is named. */
  readonly ada: User;
  readonly act: (userId?: string) => Promise<UserView>;
}

/** `becomes`: of the account, by the act. */
export function whateverAnAdminDoes(given: () => Promise<Act>, action: string, event: string, becomes: Partial<UserView>): void {
  it('answers the account as it is now, and tells the others', async () => {
    const { office, ada, act } = await given();
    expect(await act()).toMatchObject({ id: ada.id, ...becomes });
    expect(office.users.states.get(ada.id)).toMatchObject(becomes);
    expect(office.told).toEqual([event]);
  });

  it('leaves a note of who did it to whom', async () => {
    const { office, ada, act } = await given();
    await act();
    expect(office.audit.entries).toEqual([{ actor: office.boss.id, action, subject: ada.id }]);
  });

  it('twice does it once, and leaves one note', async () => {
    const { office, act } = await given();
    expect([await act(), await act()]).toMatchObject([becomes, becomes]);
    expect([office.told, office.audit.entries]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('knows nobody who never registered, and leaves no note of it', async () => {
    const { office, act } = await given();
    await expect(act(newId())).rejects.toThrow(UserNotFound);
    expect([office.told, office.audit.entries]).toEqual([[], []]);
  });
}
