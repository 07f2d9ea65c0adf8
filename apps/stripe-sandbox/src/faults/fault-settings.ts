/** What may go wrong with webhooks. Every matching entry applies; `next` counts the events it still applies to. */
export interface WebhookFault {
  /** Event types, `charge.*` for a family; every type when absent. */
  events?: string[];
  next?: number;
  /** How many times more than once the event is delivered. */
  duplicate?: number;
  delayMs?: number;
  /** Held back for a random time up to this, so that events overtake each other. */
  shuffleMs?: number;
  /** Never sent, though listed among the account's events. */
  drop?: boolean;
  wrongAmount?: number;
  wrongCurrency?: string;
  livemode?: boolean;
  apiVersion?: string;
  /** Signed with this secret instead of the endpoint's. */
  secret?: string;
}

/** What may go wrong with requests. The first matching entry applies; `next` counts the requests it still applies to. */
export interface ApiFault {
  method?: 'GET' | 'POST';
  // `*` stands for one segment of the path: /v1/payment_intents/*/confirm
  path?: string;
  next?: number;
  probability?: number;
  answer: 'rate_limit' | 'lock_timeout' | 'server_error' | 'close' | 'hang' | 'delay';
  /** Before anything happened, or after it happened but before the answer. */
  when?: 'before' | 'after';
  delayMs?: number;
  /** Whether a 500 is kept as the answer of the request's idempotency key, as Stripe keeps it. */
  storesIdempotent?: boolean;
}

export interface FaultSettings {
  webhooks: WebhookFault[];
  api: ApiFault[];
}

export const noFaults: FaultSettings = { webhooks: [], api: [] };

const count = { type: 'integer', minimum: 1 };
const milliseconds = { type: 'integer', minimum: 0, maximum: 86_400_000 };
const name = { type: 'string', minLength: 1 };

export const faultSettingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    webhooks: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          events: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[a-z_]+(\\.[a-z_]+)*(\\.?\\*)?$' } },
          next: count,
          duplicate: { type: 'integer', minimum: 1, maximum: 100 },
          delayMs: milliseconds,
          shuffleMs: milliseconds,
          drop: { type: 'boolean' },
          wrongAmount: { type: 'integer' },
          wrongCurrency: { type: 'string', pattern: '^[a-z]{3}$' },
          livemode: { type: 'boolean' },
          apiVersion: name,
          secret: name,
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
          next: count,
          probability: { type: 'number', minimum: 0, maximum: 1 },
          answer: { enum: ['rate_limit', 'lock_timeout', 'server_error', 'close', 'hang', 'delay'] },
          when: { enum: ['before', 'after'] },
          delayMs: milliseconds,
          storesIdempotent: { type: 'boolean' },
        },
      },
    },
  },
};
