import { JwtService } from '@nestjs/jwt';
import { newId } from '@app/kernel/id.js';
import { loadSettings } from '../config/load-settings.js';
import { Settings } from '../config/settings.js';
import { AccessTokens } from './access-tokens.js';

const SECRET = 'only-for-this-spec-0123456789abcdef';
const PREVIOUS = 'used-before-in-this-spec-0123456789';
const settings = loadSettings({ DATABASE_URL: 'postgres://127.0.0.1/spec', JWT_SECRET: SECRET, JWT_PREVIOUS_SECRET: PREVIOUS }, [
  Settings,
]).get(Settings);
const tokens = new AccessTokens(settings);
const userId = newId();
const now = Math.floor(Date.now() / 1_000);
const CLAIMS = {
  sub: userId,
  role: 'customer',
  typ: 'access',
  jti: newId(),
  iat: now,
  exp: now + 60,
  iss: settings.tokens.issuer,
  aud: settings.tokens.audience,
};
const signed = (claims: object, secret = SECRET, algorithm: 'HS256' | 'HS512' = 'HS256') =>
  new JwtService({}).sign(claims, { secret, algorithm });
const without = (claim: keyof typeof CLAIMS) => Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => name !== claim));

describe('An access token', () => {
  it('of ours speaks for its user, also one made with the secret before', async () => {
    const { accessToken } = await tokens.issue({ userId, role: 'admin' });
    expect(await tokens.verify(accessToken)).toEqual({ userId, role: 'admin' });
    expect(await tokens.verify(signed(CLAIMS, PREVIOUS))).toEqual({ userId, role: 'customer' });
  });

  it.each(['iss', 'aud', 'exp', 'sub', 'jti', 'typ'] as const)('without %s is none', async (claim) => {
    expect(await tokens.verify(signed(without(claim)))).toBeNull();
  });

  it('that is of another time, kind, algorithm, secret or user is none', async () => {
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${signed(CLAIMS).split('.')[1]}.`;
    const bad = [
      signed({ ...CLAIMS, exp: now - 1 }),
      signed({ ...CLAIMS, typ: 'refresh' }),
      signed({ ...CLAIMS, sub: 'ada' }),
      signed(CLAIMS, SECRET, 'HS512'),
      signed(CLAIMS, 'somebody-else-s-secret-0123456789abcdef'),
      unsigned,
      'nonsense',
    ];
    expect(await Promise.all(bad.map((token) => tokens.verify(token)))).toEqual(bad.map(() => null));
  });
});
