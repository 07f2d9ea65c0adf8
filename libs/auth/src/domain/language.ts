import { UnknownLanguage } from './errors.js';

/** Throws `UnknownLanguage`. */
export function assertLanguageKnown(language: string, languages: readonly string[]): void {
  if (!languages.includes(language)) throw new UnknownLanguage(language, languages);
}
