import { LastAdmin } from '../../domain/errors.js';
import { anAccount } from '../../testing/accounts.js';
import { noDatabase } from '../../testing/no-database.js';
import { PersonnelOffice, whateverAnAdminDoes } from '../../testing/personnel-office.js';
import { DeactivateUser, DeactivateUserHandler } from './deactivate-user.js';

describe('Locking somebody out', () => {
  const setUp = async () => {
    const [ada, deputy] = [anAccount(), anAccount({ role: 'admin' })];
    const office = await PersonnelOffice.with(ada, deputy);
    const handler = new DeactivateUserHandler(office.users, office.audit, noDatabase);
    return { office, ada, deputy, act: (id = ada.id) => handler.execute(new DeactivateUser(office.boss.id, id)) };
  };

  whateverAnAdminDoes(setUp, 'auth.deactivate-user', 'auth.user-deactivated.v1', { role: 'customer', active: false });

  it('lets an admin go, who stays one, as long as another is left', async () => {
    const { deputy, act } = await setUp();
    expect(await act(deputy.id)).toMatchObject({ role: 'admin', active: false });
  });

  it('never takes the last active admin', async () => {
    const { office, deputy, act } = await setUp();
    await act(deputy.id);
    await expect(act(office.boss.id)).rejects.toThrow(LastAdmin);
    expect(office.users.states.get(office.boss.id)).toMatchObject({ role: 'admin', active: true });
    expect(office.audit.entries).toHaveLength(1);
  });
});
