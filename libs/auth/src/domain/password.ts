import commonPasswords from './common-passwords.json' with { type: 'json' };
import { PasswordOutOfRange, PasswordTooCommon } from './errors.js';

/** In characters, not in bytes. There are no rules about kinds of characters: they lead to worse passwords (NIST SP 800-63B, 3.1.1.2). */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;

export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(commonPasswords.passwords);

/** The same password is the same text on every keyboard (NIST SP 800-63B, 3.1.1.2). */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Throws `PasswordOutOfRange` or `PasswordTooCommon`. */
export function checkNewPassword(password: string): void {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH.min || length > PASSWORD_LENGTH.max) throw new PasswordOutOfRange(PASSWORD_LENGTH);
  if (COMMON_PASSWORDS.has(normalisePassword(password).toLowerCase())) throw new PasswordTooCommon();
}
