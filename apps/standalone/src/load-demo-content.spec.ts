import { vi } from 'vitest';
import type { Readiness } from '@app/platform/operations/health/readiness.js';
import { loadDemoContent } from './load-demo-content.js';

const API_URL = 'http://127.0.0.1:1';

describe('The content of make start', () => {
  afterEach(() => vi.restoreAllMocks());

  /** An API that answers the registration of the customer with these statuses, and whose demo admin may add nothing any more. */
  function apiThatRegistersWith(...statuses: number[]): void {
    const left = [...statuses];
    vi.spyOn(globalThis, 'fetch').mockImplementation((url) => {
      const path = new URL(url).pathname;
      const isRegistration = path.endsWith('/auth/register');
      if (isRegistration) return Promise.resolve(Response.json({ path }, { status: left.length > 1 ? left.shift()! : left[0]! }));
      return Promise.resolve(Response.json(path.endsWith('/auth/me') ? { role: 'customer' } : { accessToken: 'token' }));
    });
  }

  function systemOf(reasons: (string | null)[]) {
    return { apiUrl: API_URL, readiness: { setReason: (_check, reason) => void reasons.push(reason) } as Readiness };
  }

  it('the content is added after faults, and the first fault is reported once', async () => {
    apiThatRegistersWith(429, 429, 201);
    const reasons: (string | null)[] = [];
    const faults: string[] = [];
    const loaded = await loadDemoContent(systemOf(reasons), {
      signal: new AbortController().signal,
      onFault: (fault) => faults.push(fault),
      retryPauseMs: 1,
    });
    expect(loaded).toMatchObject({ admin: null, seeded: null, isCustomerChanged: false });
    const fault = expect.stringMatching(/^movies and showtimes could not be added: POST \/auth\/register answered 429/) as string;
    expect(faults).toEqual([fault]);
    expect(reasons).toEqual([fault, fault, null]);
  });

  it('a signal ends the trying with its reason', async () => {
    apiThatRegistersWith(429);
    const stopping = new AbortController();
    const loading = loadDemoContent(systemOf([]), {
      signal: stopping.signal,
      onFault: () => stopping.abort('stop'),
      retryPauseMs: 60_000,
    });
    await expect(loading).rejects.toBe('stop');
  });
});
