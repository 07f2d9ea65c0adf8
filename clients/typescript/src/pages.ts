/** Lists, page by page. */

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly page: { readonly nextCursor: string | null };
}

/**
 * Yields every item of a list and asks for the next page when it is needed.
 *
 * `for await (const movie of itemsOf((next) => listMovies({ client, query: { limit: 100, ...next }, throwOnError: true }))) …`
 */
export async function* itemsOf<Item>(
  /** `next` is a part of the query: nothing for the first page. */
  ask: (next: { cursor?: string }) => Promise<{ data: Page<Item> }>,
): AsyncGenerator<Item, void, undefined> {
  for (let next: { cursor?: string } | null = {}; next !== null;) {
    const { data, page }: Page<Item> = (await ask(next)).data;
    yield* data;
    next = page.nextCursor === null ? null : { cursor: page.nextCursor };
  }
}
