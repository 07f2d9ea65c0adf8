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

  it('user name and password are read, and unknown parameters are ignored', () => {
    const form = { ...credentials, grant_type: 'password', scope: '', client_id: 'x', client_secret: 'y', foo: 'bar' };
    expect(readPasswordGrant(form)).toEqual(credentials);
  });

  it('the grant type may be left out', () => {
    expect(readPasswordGrant(credentials)).toEqual(credentials);
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
