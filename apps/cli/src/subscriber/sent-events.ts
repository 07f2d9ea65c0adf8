/** The events that a subscriber under test gets: every type, and what comes seldom. */
import { WEEK_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { EVENT_DOCUMENT } from '../../../event-document.js';

export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly sequence: number;
  readonly data: object;
}

export interface Verdict {
  readonly check: string;
  readonly passed: boolean;
  /** What was seen. */
  readonly text: string;
}

interface EventDocument {
  readonly components: { readonly messages: Readonly<Record<string, { readonly examples: readonly { readonly payload: SentEvent }[] }>> };
}

/** As many as workers of a large cinema send at the same time. */
export const TOGETHER_COUNT = 50;

/** One of each type, from docs/asyncapi.json. */
export function exampleEvents(): SentEvent[] {
  const { messages } = (EVENT_DOCUMENT as EventDocument).components;
  return Object.values(messages).flatMap(({ examples }) => examples.slice(0, 1).map(({ payload }) => payload));
}

/** The event as if it had just happened to something else: a new id, a new subject, the given differences. */
export function anew(event: SentEvent, own: Partial<SentEvent> = {}): SentEvent {
  return { ...event, id: newId(), subject: newId(), time: new Date().toISOString(), sequence: 1, ...own };
}

export function firstOf(events: readonly SentEvent[]): SentEvent {
  const [first] = events;
  if (first === undefined) throw new Error('There is no example of an event');
  return first;
}

/** What every subscriber must take. Each returns the events in the order in which they are sent. */
export const EVENT_CASES: readonly (readonly [
  name: string,
  events: (first: SentEvent, all: readonly SentEvent[]) => readonly SentEvent[],
])[] = [
  ['every event type', (_first, all) => all.map((event) => anew(event))],
  ['an event of a type that does not exist yet', (first) => [anew(first, { type: first.type.replace(/\d+$/, '99') })]],
  [
    'fields that are added later',
    (first) => [{ ...anew(first, { data: { ...first.data, addedLater: [1] } }), addedlater: 'x' } as SentEvent],
  ],
  [
    'the same event twice',
    (first) => {
      const event = anew(first);
      return [event, event];
    },
  ],
  [
    'events of one subject in another order',
    (first) => {
      const subject = newId();
      return [3, 1, 2].map((sequence) => anew(first, { subject, sequence }));
    },
  ],
  [
    'a gap in the sequence of a subject',
    (first) => {
      const subject = newId();
      return [1, 7].map((sequence) => anew(first, { subject, sequence }));
    },
  ],
  ['an event that comes a week late', (first) => [anew(first, { time: new Date(Date.now() - WEEK_MS).toISOString() })]],
];
