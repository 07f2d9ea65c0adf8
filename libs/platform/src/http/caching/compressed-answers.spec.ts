import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { fastify as createFastify, type InjectOptions } from 'fastify';
import { encodingFor, useCompressedAnswers } from './compressed-answers.js';
import { useEtags, useNotModified } from './etag.js';

describe('A compressed answer', () => {
  const setUp = () => {
    const compressions = { count: 0 };
    let text = 'A long answer. '.repeat(200);
    const fastify = createFastify();
    useEtags(fastify);
    useNotModified(fastify);
    useCompressedAnswers(fastify, (body, encoding) => {
      compressions.count++;
      return encoding === 'br' ? brotliCompressSync(body) : gzipSync(body);
    });
    fastify.get('/answer', { config: { isCacheable: true } }, () => text);
    fastify.get('/personal', () => text);
    fastify.get('/short', { config: { isCacheable: true } }, () => 'short');
    const get = (encoding: string, { headers, ...options }: InjectOptions = {}) =>
      fastify.inject({ url: '/answer', ...options, headers: { 'accept-encoding': encoding, ...headers } });
    return { get, compressions, change: (now: string) => (text = now.repeat(200)) };
  };

  it('the same bytes are compressed once for each encoding', async () => {
    const { get, compressions } = setUp();
    const [br, gzip] = [await get('br, gzip'), await get('gzip')];
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(gunzipSync(gzip.rawPayload).toString());
    const again = await Promise.all([get('br'), get('br'), get('gzip')]);
    expect(again.map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'br', 'gzip']);
    expect(again[0].rawPayload.equals(br.rawPayload)).toBe(true);
    expect(compressions.count).toBe(2);
  });

  it('an answer that has changed is never sent as it was', async () => {
    const { get, change } = setUp();
    await get('br');
    change('Another answer. ');
    expect(brotliDecompressSync((await get('br')).rawPayload).toString()).toContain('Another answer.');
  });

  it('HEAD has the length of GET, and Vary names the encoding', async () => {
    const { get } = setUp();
    const [head, whole] = [await get('gzip', { method: 'HEAD' }), await get('gzip')];
    expect([head.body, head.headers['content-length']]).toEqual(['', String(whole.rawPayload.length)]);
    for (const { headers } of [head, whole]) expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  });

  it('what is short, personal or already known to the client is left as it is', async () => {
    const { get, compressions } = setUp();
    const etag = (await get('identity')).headers.etag!;
    const answers = [
      await get('br', { url: '/short' }),
      await get('br', { url: '/personal' }),
      await get('br', { headers: { 'if-none-match': etag } }),
    ];
    expect(answers.map(({ statusCode, headers }) => [statusCode, headers['content-encoding']])).toEqual([
      [200, undefined],
      [200, undefined],
      [304, undefined],
    ]);
    expect(compressions.count).toBe(0);
  });

  it.each([
    [undefined, null],
    ['', null],
    ['identity', null],
    ['gzip', 'gzip'],
    ['GZIP;q=0.5, Br', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.000, *', 'gzip'],
    ['*', 'br'],
    ['gzip;q=0', null],
    ['deflate, zstd', null],
  ])('to "%s" the encoding is %s', (header, encoding) => {
    expect(encodingFor(header)).toBe(encoding);
  });
});
