import { vi } from 'vitest';
import { HOUR_MS } from '@app/kernel/durations.js';
import { backOffMs } from './back-off.js';
import { RateLimitBackOff } from './rate-limit-back-off.js';

const pauses = { retryPauseMs: 100, retryPauseMaxMs: 1_000 };

describe('backOffMs', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('the pause doubles with each failure, up to its limit', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect([1, 2, 3, 4, 5, 60].map((failures) => backOffMs(failures, pauses))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('the pause is spread by a quarter in both directions', () => {
    const spread = [0, 0.999_999].map((random) => {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      return backOffMs(1, pauses);
    });
    expect(spread).toEqual([75, 125]);
  });
});

describe('RateLimitBackOff', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('a rate limit pauses longer each time, until a run without one', () => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const backoff = new RateLimitBackOff(pauses);
    const pauseMs = (): number => {
      let waited = 0;
      for (; backoff.isActive; waited += 50) vi.advanceTimersByTime(50);
      return waited;
    };
    expect(pauseMs()).toBe(0);
    backoff.record({ rateLimited: true });
    expect(pauseMs()).toBe(100);
    backoff.record({ rateLimited: true });
    expect(pauseMs()).toBe(200);
    backoff.record({ rateLimited: false });
    expect(pauseMs()).toBe(0);
    backoff.record({ rateLimited: true });
    expect(pauseMs()).toBe(100);
  });

  it('a clock that is set back prolongs no pause', () => {
    vi.useFakeTimers();
    const backoff = new RateLimitBackOff(pauses);
    backoff.record({ rateLimited: true });
    vi.setSystemTime(Date.now() - HOUR_MS);
    vi.advanceTimersByTime(1_000);
    expect(backoff.isActive).toBe(false);
  });
});
