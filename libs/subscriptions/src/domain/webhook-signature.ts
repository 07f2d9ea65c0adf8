/** How a webhook is signed: Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md). */
import { createHmac, randomBytes } from 'node:crypto';

/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32;
const PREFIX = 'whsec_';

/** `whsec_` and Base64. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** What is signed. */
interface SignedContent {
  /** The id of the event: the same at each attempt. */
  readonly id: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** The three headers. Several secrets make several signatures: a receiver accepts each. */
export function webhookHeaders({ id, timestamp, body }: SignedContent, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}
