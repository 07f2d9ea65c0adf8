/** The transitions of webhook endpoints and deliveries, from their aggregates. */
import { WebhookDelivery, type WebhookResult } from '../../libs/subscriptions/src/domain/webhook-delivery.js';
import { WebhookEndpoint } from '../../libs/subscriptions/src/domain/webhook-endpoint.js';
import { NONE } from './diagrams.js';
import { Transitions, explore } from './explore.js';

const NOW = new Date('2026-12-01T12:00:00.000Z');
const WEEK_LATER = new Date('2026-12-08T12:00:00.000Z');

interface StatefulSubject {
  readonly state: { readonly status: string };
}

/** Applies each act and records what it changes. `isEnd`: a subject in this state is deleted in the end. */
function observe<Subject extends StatefulSubject>(
  start: () => Subject,
  copy: (subject: Subject) => Subject,
  acts: readonly ((subject: Subject) => unknown)[],
  isEnd: (status: string) => boolean,
): string[] {
  const transitions = new Transitions();
  transitions.add(NONE, start().state.status);
  explore<Subject>({
    start,
    copy,
    keyOf: ({ state }) => state.status,
    acts: (subject) =>
      acts.map((act) => () => {
        const before = subject.state.status;
        act(subject);
        transitions.add(before, subject.state.status);
        if (isEnd(subject.state.status)) transitions.add(subject.state.status, NONE);
      }),
  });
  return transitions.lines;
}

export function observeWebhookEndpoint(): string[] {
  return observe(
    () => WebhookEndpoint.create({ url: 'https://shop.example/', description: '', types: null }, { secret: 's', cursor: null, now: NOW }),
    ({ state }) => new WebhookEndpoint(state),
    [
      (endpoint) => endpoint.change({ url: 'https://other.example/' }),
      (endpoint) => endpoint.rotateSecret('s2', NOW),
      (endpoint) => endpoint.recordSuccess(),
      (endpoint) => endpoint.recordFailure({ at: NOW, isGone: true, askedPauseMs: null }),
      (endpoint) => {
        for (const at of [NOW, WEEK_LATER]) endpoint.recordFailure({ at, isGone: false, askedPauseMs: null });
      },
      (endpoint) => endpoint.enable(),
      (endpoint) => endpoint.delete(),
    ],
    (status) => status === 'deleted',
  );
}

export function observeWebhookDelivery(): string[] {
  const record =
    (result: WebhookResult, at = NOW) =>
    (delivery: WebhookDelivery) =>
      delivery.record(result, { startedAt: NOW, endedAt: at });
  return observe(
    () => WebhookDelivery.request({ endpointId: 'p1', eventId: 'e1', type: 'movies.movie-added.v1' }, NOW),
    ({ state }) => new WebhookDelivery(state),
    [
      record({ kind: 'answered', status: 200, answer: '', askedPauseMs: null }),
      record({ kind: 'answered', status: 500, answer: '', askedPauseMs: null }),
      record({ kind: 'answered', status: 500, answer: '', askedPauseMs: null }, WEEK_LATER),
      record({ kind: 'unanswered', error: 'event-deleted', isFinal: true }),
      (delivery) => delivery.replay(NOW),
    ],
    (status) => status !== 'waiting',
  );
}
