import { storableText } from '@app/kernel/text.js';
import { UnreadableEvent } from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';

const MAX_DEPTH = 32;

/** Stripe's ids are letters, digits and `_`; those of other servers that speak its protocol may have hyphens. */
const ID = /^[\w-]{1,255}$/;
/** Types of version 2 may have brackets: `v2.core.account[identity].updated`. */
const TYPE = /^[\w.[\]]{1,255}$/;

/**
 * Parses an event as Stripe posts or lists it, of version 2 too ("thin" events: without the object, and not used here). What it says is read later,
 * from what was stored. Throws `UnreadableEvent` where it is no event.
 */
export function parseStripeEvent(value: unknown): StripeEvent {
  const event = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { id, type, created, livemode } = event;
  if (typeof id !== 'string' || !ID.test(id)) throw new UnreadableEvent('id is missing');
  if (typeof type !== 'string' || !TYPE.test(type)) throw new UnreadableEvent('type is missing');
  const occurredAt = timeOf(created);
  if (!(occurredAt.getTime() >= 0 && occurredAt.getFullYear() < 10_000)) throw new UnreadableEvent('created is no time');
  return { id, type, livemode: livemode === true, occurredAt, body: storable(event, 0) as object };
}

/** Seconds since 1970, or an ISO instant in version 2. An invalid date where it is neither. */
function timeOf(created: unknown): Date {
  if (typeof created === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(created)) return new Date(created);
  return new Date(typeof created === 'number' ? created * 1_000 : Number.NaN);
}

/** As PostgreSQL can store it (no NUL, no lone surrogates, a limited depth), and without the secret that lets its holder pay. */
function storable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1));
  const fields = Object.entries(value).filter(([name]) => name !== 'client_secret');
  return Object.fromEntries(fields.map(([name, inner]) => [String(storable(name, depth)), storable(inner, depth + 1)]));
}
