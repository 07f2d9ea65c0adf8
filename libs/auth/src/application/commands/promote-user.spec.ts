import { anAccount } from '../../testing/accounts.js';
import { noDatabase } from '../../testing/no-database.js';
import { PersonnelOffice, whateverAnAdminDoes } from '../../testing/personnel-office.js';
import { PromoteUser, PromoteUserHandler } from './promote-user.js';

describe('Making somebody an admin', () => {
  const setUp = async () => {
    const ada = anAccount();
    const office = await PersonnelOffice.with(ada);
    const handler = new PromoteUserHandler(office.users, office.audit, noDatabase);
    return { office, ada, act: (id = ada.id) => handler.execute(new PromoteUser(office.boss.id, id)) };
  };

  whateverAnAdminDoes(setUp, 'auth.promote-user', 'auth.user-promoted.v1', { role: 'admin', active: true });

  it('answers everything about the account but its password', async () => {
    const { ada, act } = await setUp();
    const { id, email } = ada.state;
    const createdAt = '2026-03-01T12:00:00.000Z';
    expect(await act()).toEqual({ id, email, fullName: 'Ada Lovelace', role: 'admin', active: true, createdAt });
  });

  it('does not let anybody in who was locked out', async () => {
    const { office, ada, act } = await setUp();
    await office.users.change(ada.id, (user) => user.deactivate(1));
    expect(await act()).toMatchObject({ role: 'admin', active: false });
  });
});
