/** The languages of mails. A new one is a file of this folder and its name in this list; the first is used where a user's is unknown. */
import { type Language, Languages } from '../../domain/language.js';
import { de } from './de.js';
import { en } from './en.js';

export const LANGUAGES: readonly [Language, ...Language[]] = [en, de];

export class AllLanguages extends Languages {
  of(code: string): Language {
    return LANGUAGES.find((language) => language.code === code) ?? LANGUAGES[0];
  }
}
