/** `Link` with `rel="next"` on the pages of lists (RFC 8288): the address of the next page, made of the address that was asked for. */
import type { FastifyInstance, FastifyReply } from 'fastify';

export function useLinks(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    const cursor = nextCursorOf(payload);
    if (cursor !== null && reply.statusCode === 200) addLink(reply, nextPage(request.url, cursor), 'next');
    done(null, payload);
  });
}

/** Adds to the links that others have set. */
export function addLink(reply: FastifyReply, address: string, relation: 'next' | 'successor-version'): void {
  const said = reply.getHeader('link');
  const link = `<${address}>; rel="${relation}"`;
  void reply.header('Link', said === undefined ? link : `${String(said)}, ${link}`);
}

function nextCursorOf(payload: unknown): string | null {
  const page = (payload as { page?: { nextCursor?: unknown } } | null)?.page;
  return typeof page?.nextCursor === 'string' ? page.nextCursor : null;
}

/** Returns the same path and query with another cursor. What has no place in a header field or between `<` and `>` is escaped. */
export function nextPage(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const others = query.split('&').filter((part) => part !== '' && !part.startsWith('cursor='));
  const address = `${path}?${[...others, `cursor=${encodeURIComponent(cursor)}`].join('&')}`;
  return address.replaceAll(/[^\x21-\x7e]|[<>"\\^`{|}]/g, (character) => encodeURIComponent(character));
}

/** For the API document. */
export const LINK_FIELD = {
  description: 'The next page, as `<address>; rel="next"` (RFC 8288). Left out on the last page.',
  schema: { type: 'string', maxLength: 16_384 },
};
