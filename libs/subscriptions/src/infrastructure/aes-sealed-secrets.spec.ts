import { WebhooksOff } from '../domain/errors.js';
import type { SubscriptionsSettings } from '../subscriptions.settings.js';
import { AesSealedSecrets } from './aes-sealed-secrets.js';

const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)];
const withKeys = (...secretsKeys: string[]) => new AesSealedSecrets({ secretsKeys } as unknown as SubscriptionsSettings);
const SECRET = 'whsec_c2VjcmV0';

describe('Sealed secrets', () => {
  it('a secret is unreadable until it is opened for its owner', () => {
    const sealed = withKeys(OLD).seal(SECRET, 'p1');
    expect(sealed).not.toContain(SECRET.slice(6));
    expect(withKeys(OLD).open(sealed, 'p1')).toBe(SECRET);
    expect(() => withKeys(OLD).open(sealed, 'p2')).toThrow();
  });

  it('the same secret is sealed differently each time', () => {
    expect(withKeys(OLD).seal(SECRET, 'p1')).not.toBe(withKeys(OLD).seal(SECRET, 'p1'));
  });

  it('while the key is replaced, both keys open', () => {
    const sealed = withKeys(OLD).seal(SECRET, 'p1');
    expect(withKeys(NEW, OLD).open(sealed, 'p1')).toBe(SECRET);
    const anew = withKeys(NEW, OLD).seal(SECRET, 'p1');
    expect(withKeys(NEW).open(anew, 'p1')).toBe(SECRET);
    expect(() => withKeys(NEW).open(sealed, 'p1')).toThrow();
    expect([sealed, anew].map((each) => withKeys(NEW, OLD).isCurrent(each))).toEqual([false, true]);
    expect(withKeys().isCurrent(sealed)).toBe(true);
  });

  it('what was changed does not open', () => {
    const sealed = withKeys(OLD).seal(SECRET, 'p1');
    // Not the last character: some of its bits mean nothing.
    const changed = `${sealed.slice(0, -6)}${sealed.at(-6) === 'A' ? 'B' : 'A'}${sealed.slice(-5)}`;
    expect(() => withKeys(OLD).open(changed, 'p1')).toThrow();
    expect(() => withKeys(OLD).open(SECRET, 'p1')).toThrow();
  });

  it('no secret is sealed without a key', () => {
    expect(() => withKeys().seal(SECRET, 'p1')).toThrow(WebhooksOff);
  });
});
