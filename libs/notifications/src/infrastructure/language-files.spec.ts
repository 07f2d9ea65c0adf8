import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLACEHOLDERS, textOf, type TextKey } from '../domain/language.js';
import { LANGUAGES, LanguagesOfFiles, readLanguages } from './language-files.js';

const keys = Object.keys(PLACEHOLDERS) as TextKey[];
const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!);

describe.each([...LANGUAGES])('The language %s', (_, language) => {
  it('a language has every text and no other', () => {
    expect(Object.keys(language.texts).sort()).toEqual([...keys].sort());
    for (const key of keys) expect([key, language.texts[key].trim()]).not.toEqual([key, '']);
  });

  it.each(keys)('the text %s has its placeholders and no other', (key) => {
    expect([...new Set(placeholdersOf(language.texts[key]))].sort()).toEqual([...PLACEHOLDERS[key]].sort());
  });

  it('the locale of a language is known', () => {
    expect(Intl.DateTimeFormat.supportedLocalesOf([language.locale])).toEqual([language.locale]);
  });
});

describe('Languages', () => {
  it('a user whose language is unknown gets the default one', () => {
    const languages = new LanguagesOfFiles();
    expect(['de', 'tlh'].map((code) => languages.of(code).locale)).toEqual(['de-DE', 'en-GB']);
  });

  it('a value that looks like a placeholder is not filled again', () => {
    const english = new LanguagesOfFiles().of('en');
    expect(textOf(english, 'confirmed.subject', { movie: '{movie} $& {code}' })).toBe('Your tickets: {movie} $& {code}');
  });
});

describe('A folder of languages', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'languages-'));
    copyFileSync(join(import.meta.dirname, 'languages/en.ts'), join(folder, 'en.ts'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('a file that is added is a language, named by the file', async () => {
    writeFileSync(join(folder, 'pt-BR.js'), `export const language = { locale: 'pt-BR', texts: {} };`);
    for (const name of ['pt-BR.js.map', 'en.spec.ts', 'README.md']) writeFileSync(join(folder, name), '');
    const languages = new LanguagesOfFiles(await readLanguages(folder));
    expect(languages.codes).toEqual(['en', 'pt-BR']);
    expect(languages.of('pt-BR').locale).toBe('pt-BR');
  });

  it('a file without a language is an error that names it', async () => {
    writeFileSync(join(folder, 'fr.js'), 'export const texts = {};');
    await expect(readLanguages(folder)).rejects.toThrow('fr.js exports no language');
  });
});
