/** Every event type that any context publishes. */
import type { EventClass } from '@app/kernel/domain-event.js';
import * as auth from './auth.js';
import * as movies from './movies.js';
import * as payments from './payments.js';
import * as reservations from './reservations.js';
import * as rooms from './rooms.js';
import * as showtimes from './showtimes.js';

const contracts: readonly Record<string, object>[] = [auth, movies, rooms, showtimes, reservations, payments];

function isEventClass(candidate: object): candidate is EventClass {
  return typeof candidate === 'function' && typeof (candidate as Partial<EventClass>).type === 'string';
}

export const allEventTypes: readonly string[] = contracts
  .flatMap((contract) => Object.values(contract))
  .filter(isEventClass)
  .map(({ type }) => type);
