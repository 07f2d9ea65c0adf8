import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the time of a signature may differ from the real time, in both directions. */
const TOLERANCE_SECONDS = 300;

interface SignedRequest {
  readonly body: Buffer;
  /** The `Stripe-Signature` header. */
  readonly header: string | undefined;
  readonly secrets: readonly string[];
  /** Real time, milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Whether Stripe signed exactly these bytes, recently, with one of the secrets (docs.stripe.com/webhooks#verify-manually).
 * Stripe's SDK accepts times in the future, so a stolen body could be replayed until then.
 */
export function isSignedByStripe({ body, header, secrets, nowMs }: SignedRequest): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2));
  const timestamps = parts.filter(([name]) => name === 't');
  const timestamp = timestamps[0]?.[1] ?? '';
  if (timestamps.length !== 1 || !/^\d{1,12}$/.test(timestamp)) return false;
  // In whole seconds, as in the signature: otherwise the last second would be too late, and the one after it not too early.
  if (Math.abs(Math.floor(nowMs / 1_000) - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const given = parts.filter(([name]) => name === 'v1').map(([, signature]) => Buffer.from(signature ?? '', 'hex'));
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest());
  return expected.some((right) => given.some((claimed) => claimed.length === right.length && timingSafeEqual(claimed, right)));
}
