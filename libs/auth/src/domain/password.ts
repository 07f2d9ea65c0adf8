import commonPasswords from './common-passwords.json' with { type: 'json' };
import { PasswordOutOfRange, PasswordTooCommon } from './errors.js';

/** In characters, not in bytes. There are no rules about kinds of characters: they lead to worse passwords (NIST SP 800-63B, 3.1.1.2). */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;

export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(commonPasswords.passwords);

/** The same password is the same text on every keyboard (NIST SP 800-63B, 3.1.1.2). */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** `email`: of the account, where it is known. Who guesses tries the address first. Throws `PasswordOutOfRange` or `PasswordTooCommon`. */
export function checkNewPassword(password: string, email?: string): void {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH.min || length > PASSWORD_LENGTH.max) throw new PasswordOutOfRange(PASSWORD_LENGTH);
  const text = normalisePassword(password).toLowerCase();
  if (COMMON_PASSWORDS.has(text) || addressTexts(email).includes(text.trim())) throw new PasswordTooCommon();
}

/** The address, and what stands before its `@`. */
function addressTexts(email: string | undefined): string[] {
  if (email === undefined) return [];
  const address = normalisePassword(email).trim().toLowerCase();
  return [address, address.slice(0, address.lastIndexOf('@'))];
}
