import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const ORIGIN = 'https://cinema.example';

describe('Compression', () => {
  let system: InProcessSystem;
  let seats: string;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { CORS_ORIGINS: ORIGIN } });
    const { showtimeId } = await system.createShowtime();
    seats = `/api/v1/showtimes/${showtimeId}/seats`;
  }, 60_000);
  afterAll(() => system?.close());

  const fetched = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(`${system.url}${path}`, { headers });
    return {
      status: response.status,
      encoding: response.headers.get('content-encoding'),
      etag: response.headers.get('etag'),
      varies: (response.headers.get('vary') ?? '').toLowerCase(),
      text: await response.text(),
    };
  };

  it('the seat map is compressed as the client accepts it', async () => {
    expect((await fetched(seats, { 'accept-encoding': 'gzip, br' })).encoding).toBe('br');
    expect((await fetched(seats, { 'accept-encoding': 'gzip' })).encoding).toBe('gzip');
    expect((await fetched(seats, { 'accept-encoding': 'identity' })).encoding).toBeNull();
  });

  it('a compressed answer is the same answer', async () => {
    const [plain, gzip, br] = await Promise.all(
      ['identity', 'gzip', 'br'].map(async (encoding) => {
        const { etag, text } = await fetched(seats, { 'accept-encoding': encoding });
        return { etag, text };
      }),
    );
    expect(gzip).toEqual(plain);
    expect(br).toEqual(plain);
  });

  it('Vary names everything that the answer depends on', async () => {
    const { varies } = await fetched(seats, { 'accept-encoding': 'br', origin: ORIGIN });
    for (const header of ['accept-encoding', 'authorization', 'origin']) expect(varies).toContain(header);
    for (const path of ['/problems', '/problems/http.invalid-input', '/problems/unknown']) {
      const page = await fetched(path, { 'accept-encoding': 'br', origin: ORIGIN });
      for (const header of ['accept', 'origin']) expect([path, page.varies.split(/, */)]).toEqual([path, expect.arrayContaining([header])]);
    }
  });

  it('an unchanged answer is 304, compressed or not', async () => {
    const { etag } = await fetched(seats, { 'accept-encoding': 'br' });
    const again = await fetched(seats, { 'accept-encoding': 'gzip', 'if-none-match': etag! });
    expect([again.status, again.encoding]).toEqual([304, null]);
  });

  it('a small answer is not compressed', async () => {
    expect((await fetched('/healthz', { 'accept-encoding': 'br' })).encoding).toBeNull();
  });
});
