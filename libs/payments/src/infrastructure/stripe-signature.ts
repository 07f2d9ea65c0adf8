import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds a signature may be old, or from the future, in real time. */
const TOLERANCE = 300;

/**
 * Whether Stripe signed exactly these bytes, recently, with one of the secrets (docs.stripe.com/webhooks#verify-manually).
 * The SDK's own check lets dates in the future pass, which would let a stolen body be replayed for ever.
 */
export function isSignedByStripe(body: Buffer, header: string | undefined, secrets: readonly string[], now: number): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2));
  const timestamps = parts.filter(([name]) => name === 't');
  const timestamp = timestamps[0]?.[1] ?? '';
  if (timestamps.length !== 1 || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE) return false;
  const given = parts.filter(([name]) => name === 'v1').map(([, signature]) => Buffer.from(signature ?? '', 'hex'));
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest());
  return expected.some((right) => given.some((claimed) => claimed.length === right.length && timingSafeEqual(claimed, right)));
}
