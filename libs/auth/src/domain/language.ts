import { UnknownLanguage } from './errors.js';

/**
 * The known language for what a user wrote, by the lookup of RFC 4647, 3.4: in any case, and without the last part until one is found; `de-AT` is `de`
 * where there is no Austrian German. Throws `UnknownLanguage`.
 */
export function knownLanguage(wanted: string, languages: readonly string[]): string {
  const parts = wanted.toLowerCase().split('-');
  for (let count = parts.length; count > 0; count--) {
    const found = languages.find((language) => language.toLowerCase() === parts.slice(0, count).join('-'));
    if (found !== undefined) return found;
  }
  throw new UnknownLanguage(wanted, languages);
}
