import { PasswordOutOfRange, PasswordTooCommon } from './errors.js';
import { checkNewPassword, COMMON_PASSWORDS, normalisePassword } from './password.js';

describe('checkNewPassword', () => {
  it('a long enough uncommon password of any characters is accepted', () => {
    for (const password of ['seven quiet rows', 'aaaaaaab', 'восемь мест', '🎬🎬🎬🎬🎬🎬🎬🎬', 'x'.repeat(128)]) {
      expect(() => checkNewPassword(password)).not.toThrow();
    }
  });

  it('a password of fewer than 8 or more than 128 characters is refused', () => {
    for (const password of ['', 'seven77', '🎬🎬🎬🎬🎬🎬🎬', 'x'.repeat(129)]) {
      expect(() => checkNewPassword(password)).toThrow(PasswordOutOfRange);
    }
  });

  it('a common password is refused in any case and from any keyboard', () => {
    for (const password of ['password', 'PassWord1', 'qwertyuiop', 'ｐａｓｓｗｏｒｄ']) {
      expect(() => checkNewPassword(password)).toThrow(PasswordTooCommon);
    }
  });
});

describe('checkNewPassword of an account', () => {
  it.each(['anna.berger@example.com', ' Anna.Berger@Example.com', 'anna.berger', 'ＡＮＮＡ.berger'])(
    '%j, which the address tells, is refused',
    (password) => {
      expect(() => checkNewPassword(password, 'Anna.Berger@example.com')).toThrow(PasswordTooCommon);
      expect(() => checkNewPassword(password, 'bob@example.com')).not.toThrow();
    },
  );

  it('a password that has more than the address is accepted', () => {
    expect(() => checkNewPassword('anna.berger sits in row 7', 'anna.berger@example.com')).not.toThrow();
  });
});

describe('COMMON_PASSWORDS', () => {
  it('the list has 3,000 passwords, all long enough and in lower case', () => {
    expect(COMMON_PASSWORDS.size).toBe(3_000);
    expect([...COMMON_PASSWORDS].filter((password) => password.length < 8 || password !== password.toLowerCase())).toEqual([]);
  });
});

describe('normalisePassword', () => {
  it('a password is the same however its letters are composed', () => {
    expect(normalisePassword('cafe\u0301 noir')).toBe(normalisePassword('caf\u00e9 noir'));
  });
});
