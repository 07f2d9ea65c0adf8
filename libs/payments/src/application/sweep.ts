/** What the jobs of a sweep share. A sweep has one job a page: the subject is where the page begins, so an error or a restart repeats one page. */
import type { PageOf } from '../domain/card-payments.js';

const WITHIN_MS = 3 * 24 * 3_600_000;

/** The subject of the first page. */
export const NEWEST = 'newest';

export function pageAt(subject: string): PageOf {
  return { withinMs: WITHIN_MS, after: subject === NEWEST ? null : subject };
}
