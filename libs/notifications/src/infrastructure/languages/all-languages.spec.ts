import { PLACEHOLDERS, textOf, type TextKey } from '../../domain/language.js';
import { AllLanguages, LANGUAGES } from './all-languages.js';

const keys = Object.keys(PLACEHOLDERS) as TextKey[];
const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!);

describe.each(LANGUAGES.map((language) => [language.code, language] as const))('The language %s', (_, language) => {
  it('has every text and no other', () => {
    expect(Object.keys(language.texts).sort()).toEqual([...keys].sort());
    for (const key of keys) expect([key, language.texts[key].trim()]).not.toEqual([key, '']);
  });

  it.each(keys)('the text %s has its placeholders and no other', (key) => {
    expect([...new Set(placeholdersOf(language.texts[key]))].sort()).toEqual([...PLACEHOLDERS[key]].sort());
  });

  it('its locale is known', () => {
    expect(Intl.DateTimeFormat.supportedLocalesOf([language.locale])).toEqual([language.locale]);
  });
});

describe('Languages', () => {
  it('a user whose language is unknown gets the first one', () => {
    const languages = new AllLanguages();
    expect([languages.of('de').code, languages.of('tlh').code]).toEqual(['de', 'en']);
  });

  it('a value that looks like a placeholder is not filled again', () => {
    expect(textOf(LANGUAGES[0], 'confirmed.subject', { movie: '{movie} $& {code}' })).toBe('Your tickets: {movie} $& {code}');
  });
});
