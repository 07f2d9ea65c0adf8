import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fastify as createFastify, type InjectOptions } from 'fastify';
import { serveOnce } from './prepared-answers.js';

const TEXT = 'A document of some length. '.repeat(200);

describe('An answer that is prepared', () => {
  const setUp = () => {
    const make = vi.fn(() => TEXT);
    const fastify = createFastify();
    serveOnce(fastify, '/document', { type: 'text/yaml; charset=utf-8', maxAgeSeconds: 60, make });
    const get = (headers: InjectOptions['headers'] = {}, method: 'GET' | 'HEAD' = 'GET') =>
      fastify.inject({ method, url: '/document', headers: { ...headers } });
    return { make, get };
  };

  it('an answer is made once, with the first of all requests', async () => {
    const { make, get } = setUp();
    expect(make).not.toHaveBeenCalled();
    const answers = await Promise.all([get(), get({}, 'HEAD'), get({ 'accept-encoding': 'br' })]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    await get();
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('an answer is sent as the client takes it', async () => {
    const { get } = setUp();
    const [plain, br, gzip] = [await get(), await get({ 'accept-encoding': 'gzip, br' }), await get({ 'accept-encoding': 'gzip' })];
    expect([plain.headers['content-encoding'], plain.body]).toEqual([undefined, TEXT]);
    expect([br.headers['content-encoding'], brotliDecompressSync(br.rawPayload).toString()]).toEqual(['br', TEXT]);
    expect([gzip.headers['content-encoding'], gunzipSync(gzip.rawPayload).toString()]).toEqual(['gzip', TEXT]);
    for (const { headers } of [plain, br, gzip])
      expect(headers).toMatchObject({
        vary: 'Accept-Encoding',
        'cache-control': 'public, max-age=60',
        'content-type': 'text/yaml; charset=utf-8',
      });
  });

  it('a client that has it gets 304 without a body', async () => {
    const { get } = setUp();
    const etag = (await get()).headers.etag!;
    const answer = await get({ 'if-none-match': etag, 'accept-encoding': 'br' });
    expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', etag]);
    expect((await get({ 'if-none-match': '"other"' })).statusCode).toBe(200);
  });
});
