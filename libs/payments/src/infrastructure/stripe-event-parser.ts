import { UnreadableEvent } from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';

const MAX_DEPTH = 32;

/** Parses an event as Stripe posts or lists it. What it says is read later, from what was stored. Throws `UnreadableEvent` where it is no event. */
export function parseStripeEvent(value: unknown): StripeEvent {
  const event = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { id, type, created, livemode } = event;
  if (typeof id !== 'string' || !/^\w{1,255}$/.test(id)) throw new UnreadableEvent('id is missing');
  if (typeof type !== 'string' || !/^[\w.]{1,255}$/.test(type)) throw new UnreadableEvent('type is missing');
  const occurredAt = new Date(typeof created === 'number' ? created * 1_000 : Number.NaN);
  if (!(occurredAt.getTime() >= 0 && occurredAt.getFullYear() < 10_000)) throw new UnreadableEvent('created is no time');
  return { id, type, livemode: livemode === true, occurredAt, body: storable(event, 0) as object };
}

/** As PostgreSQL can store it (no NUL, no lone surrogates, a limited depth), and without the secret that lets its holder pay. */
function storable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1));
  const fields = Object.entries(value).filter(([name]) => name !== 'client_secret');
  return Object.fromEntries(fields.map(([name, inner]) => [String(storable(name, depth)), storable(inner, depth + 1)]));
}
