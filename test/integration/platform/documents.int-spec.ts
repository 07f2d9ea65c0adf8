import { parse } from 'yaml';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const ORIGIN = 'https://cinema.example';
/** What anybody may ask for without a limit, and takes long to make or to compress. */
const DOCUMENTS = [
  '/docs/openapi.json',
  '/docs/openapi.yaml',
  '/docs/events',
  '/docs/events/asyncapi.json',
  '/docs/swagger-ui.css',
  '/docs/swagger-ui-bundle.js',
  '/redoc/redoc.standalone.js',
];

describe('The documents', () => {
  let system: InProcessSystem;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { CORS_ORIGINS: ORIGIN } });
  }, 60_000);
  afterAll(() => system?.close());

  it.each(DOCUMENTS)('%s is made and compressed once, and cached', async (path) => {
    const get = (headers: Record<string, string>, method = 'GET') => fetch(`${system.url}${path}`, { method, headers });
    const [plain, br] = [await get({ 'accept-encoding': 'identity', origin: ORIGIN }), await get({ 'accept-encoding': 'br' })];
    const etag = plain.headers.get('etag')!;
    expect(etag).toMatch(/^W\/"/);
    expect(plain.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(plain.headers.get('vary')).toBe('Origin, Accept-Encoding');
    expect([br.headers.get('content-encoding'), br.headers.get('etag')]).toEqual(['br', etag]);
    expect(await br.text()).toBe(await plain.text());
    const again = await get({ 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get({}, 'HEAD')).headers.get('etag')).toBe(etag);
  });

  it('the document as YAML and as JSON is one document', async () => {
    const { body: json } = await system.get('//docs/openapi.json');
    expect(parse(await (await fetch(`${system.url}/docs/openapi.yaml`)).text())).toEqual(json);
  });
});
