import { LastAdmin } from '../../domain/errors.js';
import { anAccount } from '../../testing/accounts.js';
import { noDatabase } from '../../testing/no-database.js';
import { PersonnelOffice, whateverAnAdminDoes } from '../../testing/personnel-office.js';
import { DemoteUser, DemoteUserHandler } from './demote-user.js';

describe('Making an admin a customer', () => {
  const setUp = async () => {
    const [ada, customer] = [anAccount({ role: 'admin' }), anAccount()];
    const office = await PersonnelOffice.with(ada, customer);
    const handler = new DemoteUserHandler(office.users, office.audit, noDatabase);
    return { office, ada, customer, act: (id = ada.id) => handler.execute(new DemoteUser(office.boss.id, id)) };
  };

  whateverAnAdminDoes(setUp, 'auth.demote-user', 'auth.user-demoted.v1', { role: 'customer', active: true });

  it('makes nothing of a customer', async () => {
    const { office, customer, act } = await setUp();
    expect(await act(customer.id)).toMatchObject({ id: customer.id, role: 'customer' });
    expect([office.told, office.audit.entries]).toEqual([[], []]);
  });

  it('never takes the last admin', async () => {
    const { office, act } = await setUp();
    await act();
    await expect(act(office.boss.id)).rejects.toThrow(LastAdmin);
    expect(office.users.states.get(office.boss.id)).toMatchObject({ role: 'admin', active: true });
    expect(office.audit.entries).toHaveLength(1);
  });

  it('does not count an admin who is locked out as one who is left', async () => {
    const { office, ada, act } = await setUp();
    await office.users.change(ada.id, (user) => user.deactivate(1));
    await expect(act(office.boss.id)).rejects.toThrow(LastAdmin);
    expect(office.audit.entries).toEqual([]);
    expect(await act()).toMatchObject({ role: 'customer', active: false });
  });
});
