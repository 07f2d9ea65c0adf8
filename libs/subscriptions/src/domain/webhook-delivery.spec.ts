import { HOUR_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { GIVE_UP_AFTER_MS, WebhookDelivery, type WebhookResult } from './webhook-delivery.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const answered = (status: number): WebhookResult => ({ kind: 'answered', status, answer: 'words', askedPauseMs: null });
const request = (): WebhookDelivery => WebhookDelivery.request({ endpointId: 'p1', eventId: 'e1', type: 'movies.movie-added.v1' }, NOW);
const at = (time: Date) => ({ startedAt: time, endedAt: time });

describe('A webhook delivery', () => {
  it('a new delivery is due at once', () => {
    expect(request().state).toMatchObject({ status: 'waiting', attempts: 0, nextAttemptAt: NOW, endedAt: null });
  });

  it.each([200, 201, 204, 299])('an answer of %i ends a delivery as delivered', (status) => {
    const delivery = request();
    delivery.record(answered(status), at(NOW));
    expect(delivery.state).toMatchObject({ status: 'delivered', attempts: 1, responseStatus: status, answer: null, nextAttemptAt: null });
    expect(delivery.state.endedAt).toEqual(NOW);
  });

  it.each([199, 301, 302, 400, 410, 500])('an answer of %i leaves a delivery waiting', (status) => {
    const delivery = request();
    delivery.record(answered(status), at(NOW));
    expect(delivery.state).toMatchObject({ status: 'waiting', attempts: 1, responseStatus: status, answer: 'words' });
  });

  it('an answer to an event that names a person is not kept', () => {
    const delivery = WebhookDelivery.request({ endpointId: 'p1', eventId: 'e1', type: 'auth.user-registered.v1' }, NOW);
    delivery.record({ kind: 'answered', status: 422, answer: 'invalid email: ada@customers.test', askedPauseMs: null }, at(NOW));
    expect(delivery.state).toMatchObject({ status: 'waiting', responseStatus: 422, answer: null });
  });

  it('a delivery is tried for three days with growing pauses, then given up', () => {
    const delivery = request();
    const pausesHours: number[] = [];
    for (let now = NOW; delivery.state.status === 'waiting';) {
      delivery.record({ kind: 'unanswered', error: 'time-out' }, at(now));
      const next = delivery.state.nextAttemptAt;
      if (next === null) break;
      pausesHours.push((next.getTime() - now.getTime()) / HOUR_MS);
      now = next;
    }
    expect(delivery.state).toMatchObject({ status: 'failed', attempts: 10, error: 'time-out', nextAttemptAt: null });
    expect(pausesHours).toEqual([...pausesHours].sort((one, other) => one - other));
    const hours = pausesHours.reduce((sum, pause) => sum + pause, 0);
    expect(hours).toBeGreaterThan(71);
    expect(hours).toBeLessThan(GIVE_UP_AFTER_MS / HOUR_MS);
  });

  it('attempts that were brought forward do not shorten the three days', () => {
    const delivery = request();
    for (let attempts = 0; attempts < 50; attempts++) delivery.record(answered(500), at(NOW));
    expect(delivery.state).toMatchObject({ status: 'waiting', attempts: 50 });
  });

  it('what no other attempt can mend fails at once', () => {
    const delivery = request();
    delivery.record({ kind: 'unanswered', error: 'event-deleted', isFinal: true }, at(NOW));
    expect(delivery.state).toMatchObject({ status: 'failed', error: 'event-deleted' });
  });

  it('what a fault of ours kept from being sent counts as no attempt, and waits on', () => {
    const delivery = request();
    for (let now = NOW; now.getTime() < NOW.getTime() + 2 * GIVE_UP_AFTER_MS; now = delivery.state.nextAttemptAt!)
      delivery.record({ kind: 'not-sent', error: 'secret-unreadable' }, at(now));
    expect(delivery.state).toMatchObject({ status: 'waiting', attempts: 0, firstAttemptAt: null, error: 'secret-unreadable' });
    delivery.record(answered(500), at(delivery.state.nextAttemptAt!));
    expect(delivery.state).toMatchObject({ status: 'waiting', attempts: 1, error: null });
  });

  it('a success that comes late counts, a failure that comes late does not', () => {
    const delivery = request();
    delivery.record({ kind: 'unanswered', error: 'event-deleted', isFinal: true }, at(NOW));
    delivery.record(answered(500), at(NOW));
    expect(delivery.state).toMatchObject({ status: 'failed', attempts: 1 });
    delivery.record(answered(200), at(NOW));
    delivery.record(answered(500), at(NOW));
    expect(delivery.state).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it('replayed, it begins anew', () => {
    const delivery = request();
    delivery.record(answered(200), at(NOW));
    const later = addMs(NOW, 100 * HOUR_MS);
    delivery.replay(later);
    expect(delivery.state).toMatchObject({ status: 'waiting', attempts: 0, firstAttemptAt: null, nextAttemptAt: later, endedAt: null });
  });
});
