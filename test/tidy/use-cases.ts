/** The rule about the folders of commands and queries. */
import { type Finding, isTest } from './rules.js';
import type { Source } from './sources.js';

/** `ls` of these folders lists the use cases. What several queries share, and what one is too long with, stands in `queries/parts`. */
export function useCases({ path, text }: Source): Finding[] {
  const [, folder] = /\/application\/(commands|queries)\/[^/]+$/.exec(path) ?? [];
  if (folder === undefined || isTest(path) || path.endsWith('.view.ts')) return [];
  const decorator = folder === 'commands' ? '@CommandHandler(' : '@QueryHandler(';
  const count = text.split(decorator).length - 1;
  return count === 1 ? [] : [{ path, line: 1, message: `${count} of ${decorator}…); one file a use case` }];
}
