import { commonPasswords } from './common-passwords.js';
import { PasswordOutOfRange, PasswordTooCommon } from './errors.js';
import { checkNewPassword, normalisePassword } from './password.js';

describe('Choosing a password', () => {
  it('takes anything long enough that nobody would try first, without rules about its characters', () => {
    for (const password of ['seven quiet rows', 'aaaaaaab', 'восемь мест', '🎬🎬🎬🎬🎬🎬🎬🎬', 'x'.repeat(128)]) {
      expect(() => checkNewPassword(password)).not.toThrow();
    }
  });

  it('refuses what is too short or too long, counted in characters', () => {
    for (const password of ['', 'seven77', '🎬🎬🎬🎬🎬🎬🎬', 'x'.repeat(129)]) {
      expect(() => checkNewPassword(password)).toThrow(PasswordOutOfRange);
    }
  });

  it('refuses the commonest ones, in any case and from any keyboard', () => {
    for (const password of ['password', 'PassWord1', 'qwertyuiop', 'ｐａｓｓｗｏｒｄ']) {
      expect(() => checkNewPassword(password)).toThrow(PasswordTooCommon);
    }
  });

  it('ships a list worth its name: thousands, none shorter than a password may be', () => {
    expect(commonPasswords.size).toBe(3_000);
    expect([...commonPasswords].filter((password) => password.length < 8 || password !== password.toLowerCase())).toEqual([]);
  });

  it('is the same password however its letters were composed', () => {
    expect(normalisePassword('cafe\u0301 noir')).toBe(normalisePassword('caf\u00e9 noir'));
  });
});
