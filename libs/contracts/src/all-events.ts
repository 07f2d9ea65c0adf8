/** Every event type any context publishes. */
import type { EventClass } from '@app/kernel/domain-event.js';
import * as auth from './auth.js';
import * as movies from './movies.js';
import * as payments from './payments.js';
import * as reservations from './reservations.js';
import * as rooms from './rooms.js';
import * as showtimes from './showtimes.js';

const exported: readonly object[] = [auth, movies, rooms, showtimes, reservations, payments].flatMap((contract) => Object.values(contract));

function isEventClass(candidate: object): candidate is EventClass {
  return typeof candidate === 'function' && typeof (candidate as Partial<EventClass>).type === 'string';
}

export const allEventTypes: readonly string[] = exported.filter(isEventClass).map(({ type }) => type);
