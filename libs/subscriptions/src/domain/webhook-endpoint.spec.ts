import { addMs } from '@app/kernel/instants.js';
import { WebhookEndpointIsDisabled } from './errors.js';
import { DISABLED_AFTER_MS, MAX_ASKED_PAUSE_MS, SECRET_OVERLAP_MS, WebhookEndpoint, signingSecrets } from './webhook-endpoint.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const later = (milliseconds: number): Date => addMs(NOW, milliseconds);
const create = (): WebhookEndpoint =>
  WebhookEndpoint.create({ url: 'https://shop.example/', description: 'Shop', types: null }, { secret: 's1', cursor: null, now: NOW });
const failure = (at: Date, own = {}) => ({ at, isGone: false, askedPauseMs: null, ...own });

describe('A webhook endpoint', () => {
  it('a new endpoint is enabled and has no failure', () => {
    expect(create().state).toMatchObject({
      status: 'enabled',
      disabledReason: null,
      failingSince: null,
      pausedUntil: null,
      createdAt: NOW,
    });
  });

  it('both secrets sign for a day after a rotation, then the new one alone', () => {
    const endpoint = create();
    endpoint.rotateSecret('s2', NOW);
    expect(signingSecrets({ ...endpoint.state, now: later(SECRET_OVERLAP_MS - 1) })).toEqual(['s2', 's1']);
    expect(signingSecrets({ ...endpoint.state, now: later(SECRET_OVERLAP_MS) })).toEqual(['s2']);
  });

  it('after two rotations the oldest secret signs no more', () => {
    const endpoint = create();
    endpoint.rotateSecret('s2', NOW);
    endpoint.rotateSecret('s3', NOW);
    expect(signingSecrets({ ...endpoint.state, now: NOW })).toEqual(['s3', 's2']);
  });

  it('410 disables an endpoint at once', () => {
    const endpoint = create();
    expect(endpoint.recordFailure(failure(NOW, { isGone: true }))).toBe('gone');
    expect(endpoint.state).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    expect(() => endpoint.assertEnabled()).toThrow(WebhookEndpointIsDisabled);
  });

  it('failures for five days disable an endpoint, and not a moment before', () => {
    const endpoint = create();
    endpoint.recordFailure(failure(NOW));
    expect(endpoint.recordFailure(failure(later(DISABLED_AFTER_MS - 1)))).toBeNull();
    expect(endpoint.recordFailure(failure(later(DISABLED_AFTER_MS)))).toBe('failing');
    expect(endpoint.state.failingSince).toEqual(NOW);
  });

  it('one success in five days keeps an endpoint enabled', () => {
    const endpoint = create();
    expect(endpoint.recordSuccess()).toBe(false);
    endpoint.recordFailure(failure(NOW));
    expect(endpoint.recordSuccess()).toBe(true);
    expect(endpoint.recordFailure(failure(later(DISABLED_AFTER_MS)))).toBeNull();
  });

  it('the pause that a receiver asks for is kept, up to an hour', () => {
    const endpoint = create();
    endpoint.recordFailure(failure(NOW, { askedPauseMs: 60_000 }));
    expect(endpoint.state.pausedUntil).toEqual(later(60_000));
    endpoint.recordFailure(failure(NOW, { askedPauseMs: MAX_ASKED_PAUSE_MS * 10 }));
    expect(endpoint.state.pausedUntil).toEqual(later(MAX_ASKED_PAUSE_MS));
    endpoint.recordFailure(failure(NOW));
    expect(endpoint.state.pausedUntil).toEqual(later(MAX_ASKED_PAUSE_MS));
  });

  it('a fault of ours pauses an endpoint, is no failure, and ends no longer pause', () => {
    const endpoint = create();
    endpoint.pause(later(60_000));
    endpoint.pause(later(30_000));
    expect(endpoint.state).toMatchObject({ status: 'enabled', failingSince: null, pausedUntil: later(60_000) });
  });

  it('an endpoint that is enabled again has no failures', () => {
    const endpoint = create();
    endpoint.recordFailure(failure(NOW, { isGone: true, askedPauseMs: 60_000 }));
    expect([endpoint.enable(), endpoint.enable()]).toEqual([true, false]);
    expect(endpoint.state).toMatchObject({ status: 'enabled', disabledReason: null, failingSince: null, pausedUntil: null });
  });

  it('another address begins without the failures and the pause of the one before', () => {
    const endpoint = create();
    endpoint.recordFailure(failure(NOW, { askedPauseMs: MAX_ASKED_PAUSE_MS }));
    expect(endpoint.change({ description: 'Till', url: 'https://shop.example/' })).toBe(false);
    expect(endpoint.state).toMatchObject({ failingSince: NOW, pausedUntil: later(MAX_ASKED_PAUSE_MS) });
    expect(endpoint.change({ url: 'https://shop.example/events' })).toBe(true);
    expect(endpoint.state).toMatchObject({ failingSince: null, pausedUntil: null });
    expect(endpoint.recordFailure(failure(later(DISABLED_AFTER_MS)))).toBeNull();
  });

  it('a deleted endpoint loses its secrets and is never enabled again', () => {
    const endpoint = create();
    endpoint.rotateSecret('s2', NOW);
    endpoint.delete();
    expect(endpoint.state).toMatchObject({ status: 'deleted', secret: '', previousSecret: null });
    expect([endpoint.enable(), endpoint.recordFailure(failure(NOW, { isGone: true }))]).toEqual([false, null]);
  });

  it('changes by admins are versions of an endpoint, results of attempts are not', () => {
    const endpoint = create();
    const versions = [
      () => endpoint.change({ description: 'Wall' }),
      () => endpoint.rotateSecret('s2', NOW),
      () => endpoint.recordFailure(failure(NOW, { isGone: true })),
      () => endpoint.enable(),
      () => endpoint.enable(),
      () => endpoint.recordSuccess(),
      () => endpoint.resealSecrets((sealed) => `${sealed} anew`),
    ].map((act) => {
      act();
      return endpoint.state.version;
    });
    expect(versions).toEqual([2, 3, 3, 4, 4, 4, 4]);
    expect(endpoint.state).toMatchObject({ secret: 's2 anew', previousSecret: 's1 anew' });
  });
});
