/** The languages of mails: one for each file of the folder `languages`. The name of a file is what a user's `language` says. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_LANGUAGE } from '@app/contracts/default-language.js';
import { type Language, Languages } from '../domain/language.js';

/** `fr.ts` and `pt-BR.ts`, compiled or not. */
const LANGUAGE_FILE = /^([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[jt]s$/;

/** Rejects where a file has no language. */
export async function readLanguages(folder: string): Promise<ReadonlyMap<string, Language>> {
  const languages = new Map<string, Language>();
  for (const name of readdirSync(folder).sort()) {
    const code = LANGUAGE_FILE.exec(name)?.[1];
    if (code === undefined) continue;
    const { language } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href)) as { language?: Language };
    if (language === undefined) throw new Error(`${name} exports no language`);
    languages.set(code, language);
  }
  return languages;
}

export const LANGUAGES = await readLanguages(join(import.meta.dirname, 'languages'));

export class LanguagesOfFiles extends Languages {
  readonly codes: readonly string[];
  readonly #fallback: Language;

  constructor(private readonly all: ReadonlyMap<string, Language> = LANGUAGES) {
    super();
    this.codes = [...all.keys()];
    const fallback = all.get(DEFAULT_LANGUAGE);
    if (fallback === undefined) throw new Error(`There is no language ${DEFAULT_LANGUAGE}`);
    this.#fallback = fallback;
  }

  of(code: string): Language {
    return this.all.get(code) ?? this.#fallback;
  }
}
