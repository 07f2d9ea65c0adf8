import { UserActivated, UserDeactivated, UserDemoted, UserPromoted, UserRegistered } from '@app/contracts/auth.js';
import { anAccount } from '../testing/accounts.js';
import { LastAdmin } from './errors.js';
import { User } from './user.js';

const events = (user: User) => user.takeEvents().map(({ event }) => event);
const known = (user: User) => new User(user.state);

describe('Opening an account', () => {
  it('tells the others who came', () => {
    const user = anAccount({ email: ' Ada@Example.ORG ' });
    expect(events(user)).toEqual([
      new UserRegistered({ userId: user.id, email: 'ada@example.org', fullName: 'Ada Lovelace', role: 'customer' }),
    ]);
    expect(user.state).toMatchObject({ version: 1, active: true, role: 'customer' });
  });

  it('never tells the password, hashed or not', () => {
    const [recorded] = anAccount({ password: 'a secret of mine' }).takeEvents();
    expect(JSON.stringify(recorded?.event.data)).not.toContain('a secret of mine');
  });
});

describe('Running the cinema', () => {
  it('makes a customer an admin', () => {
    const user = known(anAccount());
    user.promote();
    expect(events(user)).toEqual([new UserPromoted({ userId: user.id })]);
    expect(user.state.role).toBe('admin');
  });

  it('makes an admin a customer as long as another one is left', () => {
    const user = known(anAccount({ role: 'admin' }));
    user.demote(1);
    expect(events(user)).toEqual([new UserDemoted({ userId: user.id })]);
    expect(user.state.role).toBe('customer');
  });

  it('never lets the last active admin go', () => {
    const user = known(anAccount({ role: 'admin' }));
    expect(() => user.demote(0)).toThrow(LastAdmin);
    expect(() => user.deactivate(0)).toThrow(LastAdmin);
    expect(user.hasChanged).toBe(false);
  });

  it('lets a deactivated admin lose the role: nobody is missing', () => {
    const user = known(anAccount({ role: 'admin' }));
    user.deactivate(1);
    user.demote(0);
    expect(user.state).toMatchObject({ role: 'customer', active: false });
  });

  it('locks an account out and lets it in again', () => {
    const user = known(anAccount());
    user.deactivate(0);
    user.activate();
    expect(events(user)).toEqual([new UserDeactivated({ userId: user.id }), new UserActivated({ userId: user.id })]);
  });

  it('makes nothing of being asked for what is so already', () => {
    const customer = known(anAccount());
    customer.demote(0);
    customer.activate();
    const admin = known(anAccount({ role: 'admin' }));
    admin.promote();
    expect([customer.hasChanged, admin.hasChanged]).toEqual([false, false]);
  });
});
