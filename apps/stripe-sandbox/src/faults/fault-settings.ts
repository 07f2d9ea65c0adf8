import { OMISSIONS, type Omission } from './omissions.js';

/** A fault of webhooks. All matching faults apply. */
export interface WebhookFault {
  /** Event types. `charge.*` matches all types of charges. When absent, every type matches. */
  events?: string[];
  /** The number of events it still applies to. When absent, it applies until it is removed. */
  next?: number;
  /** The number of additional deliveries of the event. */
  duplicate?: number;
  delayMs?: number;
  /** The longest random delay. Events arrive out of order. */
  shuffleMs?: number;
  /** The event is not delivered, but `/v1/events` lists it. */
  drop?: boolean;
  wrongAmount?: number;
  wrongCurrency?: string;
  livemode?: boolean;
  apiVersion?: string;
  /** Signs the delivery, in place of the endpoint's secret. */
  secret?: string;
}

/** A fault of API requests. Only the first matching fault applies. */
export interface ApiFault {
  method?: 'GET' | 'POST';
  // `*` matches one segment of the path: /v1/payment_intents/*/confirm
  path?: string;
  /** The number of requests it still applies to. When absent, it applies until it is removed. */
  next?: number;
  /** The probability that it applies to a matching request, from 0 to 1. */
  probability?: number;
  answer: 'rate_limit' | 'lock_timeout' | 'server_error' | 'close' | 'hang' | 'delay' | 'balance_too_low';
  /** Before the request is executed, or after that but before the response. */
  when?: 'before' | 'after';
  delayMs?: number;
  /** Whether a 500 is stored as the response for the idempotency key. Stripe does so; the default is true. */
  storesIdempotent?: boolean;
}

export interface FaultSettings {
  webhooks: WebhookFault[];
  api: ApiFault[];
  /** Of every answer and delivery. */
  omits?: Omission[];
}

export const NO_FAULTS: FaultSettings = { webhooks: [], api: [] };

const COUNT = { type: 'integer', minimum: 1 };
const MILLISECONDS = { type: 'integer', minimum: 0, maximum: 86_400_000 };
const NON_EMPTY_TEXT = { type: 'string', minLength: 1 };

export const FAULT_SETTINGS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    omits: { type: 'array', minItems: 1, items: { enum: [...OMISSIONS] } },
    webhooks: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          events: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[a-z_]+(\\.[a-z_]+)*(\\.?\\*)?$' } },
          next: COUNT,
          duplicate: { type: 'integer', minimum: 1, maximum: 100 },
          delayMs: MILLISECONDS,
          shuffleMs: MILLISECONDS,
          drop: { type: 'boolean' },
          wrongAmount: { type: 'integer' },
          wrongCurrency: { type: 'string', pattern: '^[a-z]{3}$' },
          livemode: { type: 'boolean' },
          apiVersion: NON_EMPTY_TEXT,
          secret: NON_EMPTY_TEXT,
        },
      },
    },
    api: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['answer'],
        properties: {
          method: { enum: ['GET', 'POST'] },
          path: { type: 'string', pattern: '^/' },
          next: COUNT,
          probability: { type: 'number', minimum: 0, maximum: 1 },
          answer: { enum: ['rate_limit', 'lock_timeout', 'server_error', 'close', 'hang', 'delay', 'balance_too_low'] },
          when: { enum: ['before', 'after'] },
          delayMs: MILLISECONDS,
          storesIdempotent: { type: 'boolean' },
        },
      },
    },
  },
};
