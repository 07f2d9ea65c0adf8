import { vi } from 'vitest';
import { apiClient } from './api-client.js';

describe('The client of the seed', () => {
  const answers = (...statuses: number[]) => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    for (const status of statuses) fetched.mockResolvedValueOnce(new Response('{}', { status }));
    return fetched;
  };
  afterEach(() => vi.restoreAllMocks());

  it('a request that finds no connection is sent again with the same key', async () => {
    const fetched = answers(503, 201);
    expect(await apiClient('http://127.0.0.1:1', 'token').call('POST', '/movies', {})).toEqual({ status: 201, body: {} });
    const keys = fetched.mock.calls.map(([, init]) => (init!.headers as Record<string, string>)['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), keys[0]]);
  });

  it('any other refusal is an answer', async () => {
    answers(422);
    expect(await apiClient('http://127.0.0.1:1', 'token').call('POST', '/movies', {})).toEqual({ status: 422, body: {} });
  });
});
