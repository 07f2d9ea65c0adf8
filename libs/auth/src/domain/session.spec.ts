import { addMs } from '@app/kernel/instants.js';
import { Session } from './session.js';

const now = new Date('2026-03-01T12:00:00Z');
const after = (ms: number): Date => addMs(now, ms);
const LIFETIME_MS = 60_000;
const LIFETIMES = { unusedMs: LIFETIME_MS, wholeMs: 2.5 * LIFETIME_MS };
const ID = '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12';
const begun = () => {
  const refreshToken = `${ID}.first`;
  const userId = '019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11';
  return { session: Session.begin({ id: ID, userId, refreshToken, lifetimes: LIFETIMES, now }), refreshToken };
};
const refresh = (
  session: Session,
  token: string,
  { at = now, isGenuine = true, successors = [`after ${token}`] as [string, ...string[]] } = {},
) => session.refresh({ token, isGenuine, successors, lifetimes: LIFETIMES, now: at });

describe('Session', () => {
  it('a refresh token is good once and gives the next one', () => {
    const { session, refreshToken } = begun();
    const next = refresh(session, refreshToken);
    expect(next).toBe(`after ${refreshToken}`);
    expect(refresh(session, next ?? '')).not.toBeNull();
  });

  it('a repeat within ten seconds gives the same token', () => {
    const { session, refreshToken } = begun();
    const next = refresh(session, refreshToken);
    expect(refresh(session, refreshToken, { at: after(10_000) })).toBe(next);
    expect(session.state.endedAt).toBeNull();
  });

  it('a repeat gives the same token after the secret was replaced', () => {
    const { session, refreshToken } = begun();
    const next = refresh(session, refreshToken);
    expect(refresh(session, refreshToken, { successors: ['new', `after ${refreshToken}`] })).toBe(next);
  });

  it('a repeat after ten seconds ends the session, also for the newest token', () => {
    const { session, refreshToken } = begun();
    const next = refresh(session, refreshToken) ?? '';
    expect(refresh(session, refreshToken, { at: after(10_001) })).toBeNull();
    expect(session.state.endedAt).toEqual(after(10_001));
    expect(refresh(session, next, { at: after(10_002) })).toBeNull();
  });

  it('an older token than the previous one ends the session at once', () => {
    const { session, refreshToken } = begun();
    refresh(session, refresh(session, refreshToken) ?? '');
    expect(refresh(session, refreshToken)).toBeNull();
    expect(session.state.endedAt).toEqual(now);
  });

  it('an invented token gives nothing and ends nothing, nor does it log out', () => {
    const { session, refreshToken } = begun();
    expect(refresh(session, `${ID}.invented`, { isGenuine: false })).toBeNull();
    session.logOut({ token: `${ID}.invented`, isGenuine: false, now });
    expect(session.state.endedAt).toBeNull();
    expect(refresh(session, refreshToken)).not.toBeNull();
  });

  it.each([
    ['the newest', true, 'after first'],
    ['the previous', true, 'first'],
    ['the newest, made with a secret that is gone', false, 'after first'],
  ])('%s token logs out', (_, isGenuine, token) => {
    const { session, refreshToken } = begun();
    refresh(session, refreshToken, { successors: ['after first'] });
    session.logOut({ token: token === 'first' ? refreshToken : token, isGenuine, now });
    expect(session.state.endedAt).toEqual(now);
  });

  it('an expired session gives nothing, and each refresh makes it last longer', () => {
    const { session, refreshToken } = begun();
    expect(refresh(session, refreshToken, { at: after(LIFETIME_MS) })).toBeNull();
    refresh(session, refreshToken, { at: after(LIFETIME_MS - 1) });
    expect(session.state.expiresAt).toEqual(after(2 * LIFETIME_MS - 1));
  });

  it('a session ends after its whole time, however often it is refreshed', () => {
    const { session, refreshToken } = begun();
    const second = refresh(session, refreshToken, { at: after(LIFETIME_MS - 1) }) ?? '';
    const third = refresh(session, second, { at: after(2 * LIFETIME_MS - 2) }) ?? '';
    expect(session.state.expiresAt).toEqual(after(2.5 * LIFETIME_MS));
    expect(refresh(session, third, { at: after(2.5 * LIFETIME_MS) })).toBeNull();
  });

  it('a whole time that was made shorter holds for sessions that there are', () => {
    const { session, refreshToken } = begun();
    const lifetimes = { unusedMs: LIFETIME_MS, wholeMs: 1_000 };
    const successors = ['next'] as const;
    expect(session.refresh({ token: refreshToken, isGenuine: true, successors, lifetimes, now: after(1_000) })).toBeNull();
  });

  it('neither the state nor its hashes hold a token', () => {
    const { session, refreshToken } = begun();
    expect(JSON.stringify(session.state)).not.toContain(refreshToken.split('.')[1]);
  });
});
