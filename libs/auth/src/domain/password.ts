import { commonPasswords } from './common-passwords.js';
import { PasswordOutOfRange, PasswordTooCommon } from './errors.js';

/** In characters, as a person counts them. No composition rules: they make passwords worse (NIST SP 800-63B, 3.1.1.2). */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;

/** The same password from any keyboard (NIST SP 800-63B, 3.1.1.2). */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Throws `PasswordOutOfRange` or `PasswordTooCommon`. */
export function checkNewPassword(password: string): void {
  const { min, max } = PASSWORD_LENGTH;
  const length = [...password].length;
  if (length < min || length > max) throw new PasswordOutOfRange(min, max);
  if (commonPasswords.has(normalisePassword(password).toLowerCase())) throw new PasswordTooCommon();
}
