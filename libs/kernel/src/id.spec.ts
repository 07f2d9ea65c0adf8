import { vi } from 'vitest';
import { HOUR_MS } from './durations.js';
import { newId } from './id.js';

describe('newId', () => {
  afterEach(() => vi.restoreAllMocks());

  it('an id is a UUID of version 7 that carries the time', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
  });

  it('ids sort in the order they were made, also within a millisecond', () => {
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now);
    const ids = Array.from({ length: 10_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });

  it('ids sort in the order they were made when the clock is set back', () => {
    const first = newId();
    const past = Date.now() - HOUR_MS;
    vi.spyOn(Date, 'now').mockReturnValue(past);
    expect(newId() > first).toBe(true);
  });
});
