import { vi } from 'vitest';
import { newId } from '@app/kernel/id.js';
import { VerifiedTokens } from './verified-tokens.js';

describe('Verified tokens', () => {
  const principal = { userId: newId(), role: 'customer' } as const;
  const now = 1_800_000_000;

  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: now * 1_000 }));
  afterEach(() => void vi.useRealTimers());

  it('a token is known until the second in which it expires', () => {
    const tokens = new VerifiedTokens();
    tokens.add('a', principal, now + 10);
    vi.setSystemTime((now + 10) * 1_000 - 1);
    expect(tokens.get('a')).toBe(principal);
    vi.setSystemTime((now + 10) * 1_000);
    expect(tokens.get('a')).toBeNull();
  });

  it('a token that was not verified is unknown', () => {
    const tokens = new VerifiedTokens();
    tokens.add('a', principal, now + 10);
    expect(tokens.get('A')).toBeNull();
    expect(tokens.get('')).toBeNull();
  });

  it('the oldest are forgotten, and what is kept has a bound', () => {
    const tokens = new VerifiedTokens(3);
    const all = Array.from({ length: 10 }, (_, i) => `token ${i}`);
    for (const token of all) tokens.add(token, principal, now + 10);
    expect(all.filter((token) => tokens.get(token) !== null)).toEqual(all.slice(6));
  });
});
