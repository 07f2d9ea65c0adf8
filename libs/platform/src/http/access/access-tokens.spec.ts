import { createHash } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { newId } from '@app/kernel/id.js';
import passport from 'passport';
import { loadSettings } from '../../config/load-settings.js';
import { Settings } from '../../config/settings.js';
import { AccessTokenStrategy } from './access-token-strategy.js';
import { AccessTokens } from './access-tokens.js';

const SECRET = 'only-for-this-spec-0123456789abcdef';
const PREVIOUS = 'used-before-in-this-spec-0123456789';
const settingsWith = (own: Record<string, string>): Settings =>
  loadSettings({ DATABASE_URL: 'postgres://127.0.0.1/spec', JWT_SECRET: SECRET, ...own }, [Settings]).get(Settings);
const settings = settingsWith({ JWT_PREVIOUS_SECRET: PREVIOUS });
const tokens = new AccessTokens(settings);
const strategy = new AccessTokenStrategy(settings);
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
const keyId = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 12);
const signed = (
  claims: object,
  { secret = SECRET, algorithm = 'HS256', keyid }: { secret?: string; algorithm?: 'HS256' | 'HS512'; keyid?: string } = {},
) => new JwtService({}).sign(claims, { secret, algorithm, ...(keyid === undefined ? {} : { keyid }) });
const without = (claim: keyof typeof CLAIMS) => Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => name !== claim));
const headerOf = (token: string): unknown => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString());

/** The principal that Passport finds for a header, or null. */
const principalOf = (authorization: string, { name } = strategy): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, user: unknown): void => (error ? reject(error) : resolve(user || null));
    const authenticate = passport.authenticate(name, { session: false }, done) as (
      request: object,
      response: object,
      next: () => void,
    ) => void;
    authenticate({ headers: { authorization } }, {}, () => reject(new Error('Passport did not decide')));
  });
const verify = (token: string): Promise<unknown> => principalOf(`Bearer ${token}`);

afterAll(() => strategy.onApplicationShutdown());

describe('An access token', () => {
  it('a token of ours, signed with the current or the previous secret, names its user', async () => {
    const { accessToken } = await tokens.issue({ userId, role: 'admin' });
    expect(await verify(accessToken)).toEqual({ userId, role: 'admin' });
    expect(await verify(signed(CLAIMS, { secret: PREVIOUS }))).toEqual({ userId, role: 'customer' });
  });

  it('both sides of the middle step of a rotation accept the tokens of each other', async () => {
    const NEXT = 'the-next-secret-of-32-characters-';
    const withSecrets = (secret: string, previousSecret: string | null): Settings =>
      ({ tokens: { ...settings.tokens, secret, previousSecret } }) as Settings;
    const sides = [withSecrets(SECRET, NEXT), withSecrets(NEXT, SECRET), withSecrets(SECRET, PREVIOUS)];
    const [before, after, unprepared] = sides.map((side) => new AccessTokenStrategy(side));
    const [ofBefore, ofAfter] = await Promise.all(sides.slice(0, 2).map((side) => new AccessTokens(side).issue({ userId, role: 'admin' })));
    const found = { userId, role: 'admin' };
    expect(await principalOf(`Bearer ${ofAfter!.accessToken}`, before)).toEqual(found);
    expect(await principalOf(`Bearer ${ofBefore!.accessToken}`, after)).toEqual(found);
    // Without the first step, the new secret as the previous one, it is not.
    expect(await principalOf(`Bearer ${ofAfter!.accessToken}`, unprepared)).toBeNull();
    for (const each of [before, after, unprepared]) each!.onApplicationShutdown();
  });

  it('a new token carries the id of its key', async () => {
    const { accessToken } = await tokens.issue({ userId, role: 'admin' });
    expect(headerOf(accessToken)).toEqual({ alg: 'HS256', typ: 'JWT', kid: keyId(SECRET) });
  });

  it('the key id picks the key, and an unknown one is tried with both', async () => {
    expect(await verify(signed(CLAIMS, { secret: PREVIOUS, keyid: keyId(PREVIOUS) }))).toEqual({ userId, role: 'customer' });
    expect(await verify(signed(CLAIMS, { secret: PREVIOUS, keyid: 'unknown' }))).toEqual({ userId, role: 'customer' });
    expect(await verify(signed(CLAIMS, { secret: PREVIOUS, keyid: keyId(SECRET) }))).toBeNull();
  });

  it.each(['iss', 'aud', 'exp', 'sub', 'jti', 'typ'] as const)('a token without %s is refused', async (claim) => {
    expect(await verify(signed(without(claim)))).toBeNull();
  });

  it('a token of another time, kind, algorithm, secret or user is refused', async () => {
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${signed(CLAIMS).split('.')[1]}.`;
    const bad = [
      signed({ ...CLAIMS, exp: now - 1 }),
      signed({ ...CLAIMS, typ: 'refresh' }),
      signed({ ...CLAIMS, sub: 'ada' }),
      signed(CLAIMS, { algorithm: 'HS512' }),
      signed(CLAIMS, { secret: 'the-secret-of-another-system-0123456789' }),
      unsigned,
      'nonsense',
    ];
    expect(await Promise.all(bad.map(verify))).toEqual(bad.map(() => null));
  });

  it('only the bearer scheme with one token is read', async () => {
    const token = signed(CLAIMS);
    expect(await principalOf(`bearer  ${token} `)).toEqual({ userId, role: 'customer' });
    for (const header of [token, `Basic ${token}`, `Bearer ${token} more`, `Bearer`, `xBearer ${token}`])
      expect(await principalOf(header)).toBeNull();
  });

  it('each application of a process verifies with its own secret', async () => {
    const other = new AccessTokenStrategy(settingsWith({ JWT_SECRET: PREVIOUS }));
    expect(await principalOf(`Bearer ${signed(CLAIMS)}`, other)).toBeNull();
    expect(await principalOf(`Bearer ${signed(CLAIMS)}`)).toEqual({ userId, role: 'customer' });
    other.onApplicationShutdown();
  });
});
