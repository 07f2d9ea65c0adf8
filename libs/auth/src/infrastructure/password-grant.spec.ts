import { PasswordGrantRefused, readPasswordGrant } from './password-grant.js';

const errorOf = (form: Record<string, unknown>): string => {
  try {
    readPasswordGrant(form);
    return 'none';
  } catch (error) {
    return (error as PasswordGrantRefused).error;
  }
};

describe('readPasswordGrant', () => {
  const credentials = { username: 'ada@example.org', password: 'seven quiet rows' };
  const read = { email: 'ada@example.org', password: 'seven quiet rows' };

  it('user name and password are read, and unknown parameters are ignored', () => {
    const form = { ...credentials, grant_type: 'password', scope: '', client_id: 'x', client_secret: 'y', foo: 'bar' };
    expect(readPasswordGrant(form)).toEqual(read);
  });

  it('the grant type may be left out', () => {
    expect(readPasswordGrant(credentials)).toEqual(read);
  });

  it('the user name is normalised as an e-mail address before it is measured', () => {
    expect(readPasswordGrant({ ...credentials, username: `${' '.repeat(300)}ADA@example.org` })).toEqual(read);
    expect(errorOf({ ...credentials, username: ' ' })).toBe('invalid_request');
  });

  it('lengths are counted as people count characters', () => {
    const password = '🎬'.repeat(1_000);
    expect(readPasswordGrant({ ...credentials, password })).toEqual({ ...read, password });
    expect(errorOf({ ...credentials, password: `${password}x` })).toBe('invalid_request');
  });

  it('another grant type is refused with a code of its own', () => {
    expect(errorOf({ ...credentials, grant_type: 'client_credentials' })).toBe('unsupported_grant_type');
  });

  it('a parameter that is missing, empty or no text is an invalid request', () => {
    for (const form of [{}, { username: 'ada' }, { ...credentials, password: '' }, { ...credentials, username: ['a'] }]) {
      expect(errorOf(form)).toBe('invalid_request');
    }
  });
});
