import { changePassword, listMovies, NotModified, openTheatre } from './index.js';
import { against, busy, ONE_PAGE, type Answer } from './testing/answers.js';

describe('A refusal for now', () => {
  it('a refusal for now is repeated after Retry-After, as often as allowed', async () => {
    const { client, pauses } = against([busy('2'), busy('3', 429), ONE_PAGE]);
    expect((await listMovies({ client })).response?.status).toBe(200);
    expect(pauses).toEqual([2_000, 3_000]);
    const never = against(() => busy('1'), { maxAttempts: 3 });
    expect((await listMovies({ client: never.client })).response?.status).toBe(503);
    expect(never.requests).toHaveLength(3);
  });

  it('a refusal without Retry-After, or with a long one, is handed to the caller', async () => {
    for (const answer of [busy('61'), busy('soon'), [503, {}] as const]) {
      const { client, requests } = against([answer]);
      expect((await listMovies({ client })).response?.status).toBe(503);
      expect(requests).toHaveLength(1);
    }
  });

  it('a POST refused with 503 is repeated only with an idempotency key', async () => {
    const body = { name: 'Rialto', timeZone: 'Europe/Berlin', currency: 'EUR' };
    const without = against([busy('1')]);
    await openTheatre({ client: without.client, body });
    expect(without.requests).toHaveLength(1);
    const withKey = against([busy('1'), [201, {}]]);
    await openTheatre({ client: withKey.client, body, headers: { 'Idempotency-Key': 'once' } });
    expect(await withKey.requests[1]?.json()).toEqual(body);
    const limited = against([busy('1', 429), [201, {}]]);
    await openTheatre({ client: limited.client, body });
    expect(limited.requests).toHaveLength(2);
  });

  it('a change that may have been made is not repeated after 503', async () => {
    const cut: Answer = [503, { code: 'platform.unavailable' }, { 'retry-after': '1' }];
    const body = { currentPassword: 'seven quiet rows', newPassword: 'eight loud rows' };
    const unknown = against([cut, [422, { code: 'auth.password-wrong' }]]);
    expect((await changePassword({ client: unknown.client, body })).error?.code).toBe('platform.unavailable');
    const untold = against([[503, {}, { 'retry-after': '1' }]]);
    expect((await changePassword({ client: untold.client, body })).response?.status).toBe(503);
    const refused = against([busy('1'), [204, {}]]);
    expect((await changePassword({ client: refused.client, body })).response?.status).toBe(204);
    const read = against([cut, ONE_PAGE]);
    expect((await listMovies({ client: read.client })).response?.status).toBe(200);
  });

  it('a request that is cancelled does not wait to be repeated', async () => {
    const page = new AbortController();
    const waiting: AbortSignal[] = [];
    const { client, requests } = against(() => busy('60'), {
      pause: (_ms, signal) => {
        waiting.push(signal);
        page.abort();
        return Promise.resolve();
      },
    });
    expect((await listMovies({ client, signal: page.signal })).error).toMatchObject({ name: 'AbortError' });
    expect([requests.length, waiting[0]?.aborted]).toEqual([1, true]);
    const ticking = against(() => busy('60'), { pause: undefined });
    const left = new AbortController();
    const asked = listMovies({ client: ticking.client, signal: left.signal });
    await vi.waitUntil(() => ticking.requests.length === 1, { timeout: 15_000 });
    left.abort();
    expect((await asked).error).toMatchObject({ name: 'AbortError' });
  });

  it('an answer without a change is an error that says so', async () => {
    const { client } = against([
      [304, {}],
      [304, {}],
    ]);
    const headers = { 'If-None-Match': '"1"' };
    const { error, response } = await listMovies({ client, headers });
    expect([response?.status, error instanceof NotModified]).toEqual([304, true]);
    await expect(listMovies({ client, headers, throwOnError: true })).rejects.toThrow(NotModified);
  });
});
