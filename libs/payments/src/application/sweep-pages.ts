/** The pages of a sweep. A sweep has one job a page: the subject is where the page begins, so an error or a restart repeats one page. */
import { DAY_MS } from '@app/kernel/durations.js';
import type { PageOf } from '../domain/card-payments.js';

const WITHIN_MS = 3 * DAY_MS;

/** The subject of the first page. */
export const FIRST_PAGE = 'newest';

export function pageAt(subject: string): PageOf {
  return { withinMs: WITHIN_MS, after: subject === FIRST_PAGE ? null : subject };
}

/** What cannot be applied stops no other: the next sweep tries it again. */
export async function applyEach<Fact>(
  facts: readonly Fact[],
  { apply, failed }: { apply: (fact: Fact) => Promise<void>; failed: (fact: Fact, error: unknown) => void },
): Promise<void> {
  for (const fact of facts) await apply(fact).catch((error: unknown) => failed(fact, error));
}
