import { PasswordGrantRefused, readPasswordGrant } from './password-grant.js';

const refusal = (form: Record<string, unknown>): string => {
  try {
    readPasswordGrant(form);
    return 'none';
  } catch (error) {
    return (error as PasswordGrantRefused).error;
  }
};

describe('Reading the OAuth2 password form', () => {
  const credentials = { username: 'ada@example.org', password: 'seven quiet rows' };

  it('takes user name and password and ignores what it does not know', () => {
    const form = { ...credentials, grant_type: 'password', scope: '', client_id: 'x', client_secret: 'y', foo: 'bar' };
    expect(readPasswordGrant(form)).toEqual(credentials);
  });

  it('does not insist on the grant type', () => {
    expect(readPasswordGrant(credentials)).toEqual(credentials);
  });

  it('refuses another grant type by its own code', () => {
    expect(refusal({ ...credentials, grant_type: 'client_credentials' })).toBe('unsupported_grant_type');
  });

  it('calls a form incomplete where a parameter is missing, empty or no text', () => {
    for (const form of [{}, { username: 'ada' }, { ...credentials, password: '' }, { ...credentials, username: ['a'] }]) {
      expect(refusal(form)).toBe('invalid_request');
    }
  });
});
