import { anAccount } from '../../testing/accounts.js';
import { noDatabase } from '../../testing/no-database.js';
import { PersonnelOffice, whateverAnAdminDoes } from '../../testing/personnel-office.js';
import { ActivateUser, ActivateUserHandler } from './activate-user.js';

describe('Letting somebody in again', () => {
  const setUp = async () => {
    const ada = anAccount();
    const office = await PersonnelOffice.with(ada);
    await office.users.change(ada.id, (user) => user.deactivate(1));
    office.forget();
    const handler = new ActivateUserHandler(office.users, office.audit, noDatabase);
    return { office, ada, act: (id = ada.id) => handler.execute(new ActivateUser(office.boss.id, id)) };
  };

  whateverAnAdminDoes(setUp, 'auth.activate-user', 'auth.user-activated.v1', { role: 'customer', active: true });

  it('makes nothing of somebody who was never locked out', async () => {
    const { office, act } = await setUp();
    expect(await act(office.boss.id)).toMatchObject({ id: office.boss.id, role: 'admin', active: true });
    expect([office.told, office.audit.entries]).toEqual([[], []]);
  });
});
