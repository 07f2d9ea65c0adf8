import { hasRight } from './rights.js';

describe('hasRight', () => {
  it('an admin has every right, also one that no role has', () => {
    expect(hasRight({ role: 'admin', staffRoles: [] }, 'users.manage')).toBe(true);
  });

  it('a customer has no right', () => {
    expect(hasRight({ role: 'customer', staffRoles: [] }, 'reports.read')).toBe(false);
  });

  it.each([
    ['box-office', 'reservations.cancel', true],
    ['box-office', 'reports.read', false],
    ['box-office', 'users.manage', false],
    ['reporting', 'reports.read', true],
    ['reporting', 'reservations.read', false],
  ] as const)('%s and %s: %s', (role, right, expected) => {
    expect(hasRight({ role: 'customer', staffRoles: [role] }, right)).toBe(expected);
  });

  it('who has two roles has the rights of both', () => {
    const user = { role: 'customer', staffRoles: ['box-office', 'reporting'] } as const;
    expect([hasRight(user, 'reports.read'), hasRight(user, 'reservations.check-in')]).toEqual([true, true]);
  });
});
