/** Lists, page by page. */

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly page: { readonly nextCursor: string | null };
}

/**
 * Yields every item of a list and asks for the next page when it is needed.
 *
 * `for await (const movie of itemsOf((cursor) => listMovies({ client, query: { cursor }, throwOnError: true }))) …`
 */
export async function* itemsOf<Item>(
  ask: (cursor: string | undefined) => Promise<{ data: Page<Item> }>,
): AsyncGenerator<Item, void, undefined> {
  for (let cursor: string | undefined, isLast = false; !isLast;) {
    const { data, page } = (await ask(cursor)).data;
    yield* data;
    isLast = page.nextCursor === null;
    cursor = page.nextCursor ?? undefined;
  }
}
