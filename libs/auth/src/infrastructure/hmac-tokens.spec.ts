import { Settings } from '@app/platform/config/settings.js';
import { HmacTokens } from './hmac-tokens.js';

const tokens = (secret: string, previousSecret: string | null = null) =>
  new HmacTokens({ tokens: { secret, previousSecret } } as unknown as Settings);
const ID = '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
const [one, two] = ['a'.repeat(32), 'b'.repeat(32)];

describe('HmacTokens', () => {
  it('a mail token leads back to its request', () => {
    expect(tokens(one).requestOf(tokens(one).mailToken(ID))).toBe(ID);
  });

  it('a mail token that was changed, or made with another secret, leads nowhere', () => {
    const token = tokens(one).mailToken(ID);
    const other = ID.replace('019a', '019b');
    for (const bad of ['', ID, `${token}x`, token.replace(ID, other), tokens(two).mailToken(ID)])
      expect(tokens(one).requestOf(bad)).toBeNull();
  });

  it('a mail token made before the secret was replaced leads back too', () => {
    expect(tokens(two, one).requestOf(tokens(one).mailToken(ID))).toBe(ID);
  });

  it('a refresh token made here is known, and an invented one is not', () => {
    const first = tokens(one).firstRefreshToken(ID);
    for (const token of [first, ...tokens(one).successorsOf(first)]) {
      expect([tokens(one).isRefreshToken(token), tokens(two, one).isRefreshToken(token)]).toEqual([true, true]);
      expect(token.startsWith(`${ID}.`)).toBe(true);
    }
    for (const bad of ['', ID, `${ID}.x`, `${ID}.x.y`, `${first}x`, first.replace(ID, ID.replace('019a', '019b'))])
      expect(tokens(one).isRefreshToken(bad)).toBe(false);
    expect(tokens(two).isRefreshToken(first)).toBe(false);
  });

  it('a refresh token has one successor, and one more while a secret is replaced', () => {
    expect(tokens(one).successorsOf('x')).toEqual(tokens(one).successorsOf('x'));
    expect(tokens(two, one).successorsOf('x')).toEqual([...tokens(two).successorsOf('x'), ...tokens(one).successorsOf('x')]);
  });
});
