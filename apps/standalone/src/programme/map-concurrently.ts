/** Works on several items at once, with a limit. */

const MAX_CONCURRENT = 8;

/** Returns the results in the order of the items. After a failure no other item is begun. */
export async function mapConcurrently<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      try {
        results[index] = await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  await allEnded(Array.from({ length: Math.min(MAX_CONCURRENT, items.length) }, worker));
  return results;
}

/** As `Promise.all`, but a failure is thrown when everything has ended, so that another attempt finds what was added meanwhile. */
export async function allEnded<const Work extends readonly Promise<unknown>[]>(work: Work): ReturnType<typeof Promise.all<Work>> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
