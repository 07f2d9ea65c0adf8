/** Reads whole lists and creates resources through the public API. */

/** Calls the API as an admin. Paths are below `/api/v1`. */
export interface AdminClient {
  call(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

const PAGE_SIZE = 100;

export class AdminApi {
  constructor(private readonly client: AdminClient) {}

  /** Returns every item of a list, page after page. */
  async all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const page: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.client.call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_SIZE}${page}`);
      if (answer.status !== 200) throw unexpectedAnswer('GET', path, answer);
      const body = answer.body as { data: Item[]; page: { nextCursor: string | null } };
      items.push(...body.data);
      cursor = body.page.nextCursor;
    } while (cursor !== null);
    return items;
  }

  /** Returns the new resource, or null after 409. Throws when the API refuses it in another way. */
  async create<Resource>(path: string, body: unknown): Promise<Resource | null> {
    const answer = await this.client.call('POST', path, body);
    if (answer.status === 409) return null;
    if (answer.status !== 201) throw unexpectedAnswer('POST', path, answer);
    return answer.body as Resource;
  }
}

function unexpectedAnswer(method: string, path: string, { status, body }: { readonly status: number; readonly body: unknown }): Error {
  return new Error(`The seed data could not be added: ${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
}
