/** Goes through everything that a query finds, a page at a time: the loop of every job that searches. */
import { Failures } from './failures.js';
import { JobPostponed } from './job.js';
import { isJobStopping } from './job-stop.js';

export interface PagedSearch<Item extends Position, Position> {
  /** The position before the first item. */
  readonly from: Position;
  readonly pageSize: number;
  /** At most `pageSize` items behind a position, in order. */
  readonly read: (after: Position) => Promise<readonly Item[]>;
  /**
   * Gets a page, and where that throws, each item of it alone: it must be harmless when it is repeated. Returns false where something failed that has
   * its own alert, and was kept from stopping the others.
   */
  readonly handle: (items: readonly Item[]) => Promise<boolean | void>;
  /** Called behind a page, with its last item, as long as nothing has failed. */
  readonly pageDone?: (last: Item) => Promise<void>;
}

/**
 * An item that fails stops no other. Throws the first failure at the end, so that the job is tried again. Where the process ends, the pages that are
 * left are postponed to the next worker.
 */
export async function searchPages<Item extends Position, Position>(search: PagedSearch<Item, Position>): Promise<void> {
  const failures = new Failures();
  let hasFailed = false;
  let after = search.from;
  for (;;) {
    const page = await search.read(after);
    const last = page.at(-1);
    if (last === undefined) break;
    hasFailed = !(await handlePage(page, search.handle, failures)) || hasFailed;
    if (!hasFailed) await search.pageDone?.(last);
    if (page.length < search.pageSize) break;
    if (isJobStopping()) {
      failures.throwFirst();
      throw new JobPostponed(0, 'The process ends');
    }
    after = last;
  }
  failures.throwFirst();
}

/** Returns whether nothing failed. */
async function handlePage<Item>(
  page: readonly Item[],
  handle: (items: readonly Item[]) => Promise<boolean | void>,
  failures: Failures,
): Promise<boolean> {
  let hasFailed = false;
  const attempt = async (items: readonly Item[], kept: Failures): Promise<boolean> =>
    kept.attempt(async () => (hasFailed = (await handle(items)) === false || hasFailed));
  if (await attempt(page, new Failures())) return !hasFailed;
  for (const item of page) hasFailed = !(await attempt([item], failures)) || hasFailed;
  return !hasFailed;
}
