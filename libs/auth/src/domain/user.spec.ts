import { UserActivated, UserDeactivated, UserDemoted, UserPromoted, UserRegistered } from '@app/contracts/auth.js';
import { aUser } from '../testing/builders.js';
import { LastAdmin } from './errors.js';
import { User } from './user.js';

const events = (user: User) => user.takeEvents().map(({ event }) => event);
const stored = (user: User) => new User(user.state);

describe('User.register', () => {
  it('a new user records an event with the normalised address', () => {
    const user = aUser({ email: ' Ada@Example.ORG ' });
    expect(events(user)).toEqual([
      new UserRegistered({ userId: user.id, email: 'ada@example.org', fullName: 'Ada Lovelace', role: 'customer' }),
    ]);
    expect(user.state).toMatchObject({ version: 1, active: true, role: 'customer' });
  });

  it('the event of a new user holds neither the password nor its hash', () => {
    const [recorded] = aUser({ password: 'a secret of mine' }).takeEvents();
    expect(JSON.stringify(recorded?.event.data)).not.toContain('a secret of mine');
  });
});

describe('User.promote and User.demote', () => {
  it('a promoted customer is an admin', () => {
    const user = stored(aUser());
    user.promote();
    expect(events(user)).toEqual([new UserPromoted({ userId: user.id })]);
    expect(user.state.role).toBe('admin');
  });

  it('an admin is demoted while there is another one', () => {
    const user = stored(aUser({ role: 'admin' }));
    user.demote({ otherAdmins: 1 });
    expect(events(user)).toEqual([new UserDemoted({ userId: user.id })]);
    expect(user.state.role).toBe('customer');
  });

  it('the last active admin is neither demoted nor deactivated', () => {
    const user = stored(aUser({ role: 'admin' }));
    expect(() => user.demote({ otherAdmins: 0 })).toThrow(LastAdmin);
    expect(() => user.deactivate({ otherAdmins: 0 })).toThrow(LastAdmin);
    expect(user.hasChanged).toBe(false);
  });

  it('a deactivated admin is demoted even without another one', () => {
    const user = stored(aUser({ role: 'admin' }));
    user.deactivate({ otherAdmins: 1 });
    user.demote({ otherAdmins: 0 });
    expect(user.state).toMatchObject({ role: 'customer', active: false });
  });
});

describe('User.deactivate and User.activate', () => {
  it('a user is deactivated and activated again', () => {
    const user = stored(aUser());
    user.deactivate({ otherAdmins: 0 });
    user.activate();
    expect(events(user)).toEqual([new UserDeactivated({ userId: user.id }), new UserActivated({ userId: user.id })]);
  });

  it('a request for what is already so records nothing', () => {
    const customer = stored(aUser());
    customer.demote({ otherAdmins: 0 });
    customer.activate();
    const admin = stored(aUser({ role: 'admin' }));
    admin.promote();
    expect([customer.hasChanged, admin.hasChanged]).toEqual([false, false]);
  });
});
