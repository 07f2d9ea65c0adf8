import { JwtService } from '@nestjs/jwt';
import { newId } from '@app/kernel/id.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const ORIGIN = 'https://cinema.example';

describe('Access tokens on the routes', () => {
  let system: InProcessSystem;
  let seatMap: string;
  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false, env: { CORS_ORIGINS: ORIGIN } });
    seatMap = `/showtimes/${(await system.createShowtime()).showtimeId}/seats`;
  }, 60_000);
  afterAll(() => system?.close());

  function tokenWith({ secret = system.env['JWT_SECRET']!, ...own }: Record<string, unknown> & { secret?: string } = {}): string {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { sub: newId(), role: 'customer', typ: 'access', jti: newId(), iat: now, exp: now + 60 };
    const ours = { iss: 'movie-reservation', aud: 'movie-reservation' };
    return new JwtService({}).sign({ ...claims, ...ours, ...own }, { secret, algorithm: 'HS256' });
  }
  const tokens = () => ({
    'auth.token-expired': tokenWith({ exp: 1_700_000_000 }),
    'auth.bad-token': tokenWith({ secret: 'another-secret-0123456789-0123456789' }),
    'auth.foreign-token': tokenWith({ secret: 'another-secret-0123456789-0123456789', iss: 'https://login.example' }),
  });

  it('expired, bad and foreign tokens get three answers, each as in RFC 6750', async () => {
    for (const [code, token] of Object.entries(tokens())) {
      for (const path of ['/reservations', seatMap]) {
        const refused = await system.get(path, { token });
        expect(refused).toMatchObject({ status: 401, body: { code } });
        expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", error_description="[^"]+"$/);
      }
    }
    expect(await system.get('/reservations', { token: tokenWith({ aud: 'another' }) })).toMatchObject({
      body: { code: 'auth.foreign-token' },
    });
    const missing = await system.get('/reservations');
    expect(missing).toMatchObject({ status: 401, body: { code: 'auth.token-missing' } });
    expect(missing.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a public route whose answer is the same for all ignores a useless token', async () => {
    for (const token of [...Object.values(tokens()), 'nonsense']) {
      for (const path of ['/movies', '/genres', '/theatres', '/rooms', '/showtimes', seatMap.replace('/seats', '')])
        expect((await system.get(path, { token })).status).toBe(200);
    }
  });

  it('personal answers and refusals are not stored by caches', async () => {
    const { token } = await system.registerCustomer();
    for (const path of ['/auth/me', '/reservations', seatMap])
      expect((await system.get(path, { token })).headers.get('cache-control')).toBe('no-store');
    for (const path of ['/nowhere', '/reservations', '/movies/1'])
      expect((await system.get(path)).headers.get('cache-control')).toBe('no-store');
  });

  it('the seat map varies by origin, token and encoding', async () => {
    const { headers } = await system.get(seatMap, { headers: { origin: ORIGIN } });
    expect(headers.get('vary')).toBe('Origin, Authorization, Accept-Encoding');
  });

  it('reads carry an ETag, and are answered with 304 when nothing changed', async () => {
    const showtime = seatMap.replace('/seats', '');
    for (const path of ['/movies', '/genres', '/theatres', '/rooms', '/showtimes', showtime, seatMap]) {
      const { headers } = await system.get(path);
      const etag = headers.get('etag')!;
      expect([path, etag]).toEqual([path, expect.stringMatching(/^W\/"/)]);
      expect(headers.get('cache-control')).toBe('no-cache');
      const unchanged = await system.get(path, { headers: { 'if-none-match': etag, origin: ORIGIN } });
      expect(unchanged).toMatchObject({ status: 304, body: '' });
      expect(unchanged.headers.get('etag')).toBe(etag);
      expect(unchanged.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect((await system.get(path, { headers: { 'if-none-match': 'W/"other"' } })).status).toBe(200);
    }
  });

  it('a seat map has another ETag once a seat is taken', async () => {
    const { headers } = await system.get(seatMap);
    const customer = await system.registerCustomer();
    await system.hold(customer, seatMap.split('/')[2]!, ['A1']);
    const changed = await system.get(seatMap, { headers: { 'if-none-match': headers.get('etag')! } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(headers.get('etag'));
  });
});
