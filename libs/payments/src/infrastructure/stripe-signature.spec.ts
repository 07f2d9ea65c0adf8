import { createHmac } from 'node:crypto';
import Stripe from 'stripe';
import { isSignedByStripe } from './stripe-signature.js';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const seconds = nowMs / 1_000;
const body = Buffer.from('{"id":"evt_1"}');
const sign = (secret: string, at = seconds, payload: Buffer = body) =>
  createHmac('sha256', secret).update(`${at}.`).update(payload).digest('hex');
const isSigned = (header: string | undefined, { secrets = ['one'], payload = body, ms = 0 } = {}) =>
  isSignedByStripe({ body: payload, header, secrets, nowMs: nowMs + ms });

describe('A Stripe signature', () => {
  it('a signature by the SDK is valid', () => {
    const header = Stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret: 'one', timestamp: seconds });
    expect(isSigned(header)).toBe(true);
  });

  it('a signature by either secret is valid, also as one of several in the header', () => {
    const secrets = ['new', 'old'];
    expect(isSigned(`t=${seconds},v1=${sign('old')}`, { secrets })).toBe(true);
    expect(isSigned(`t=${seconds},v1=${sign('other')},v1=${sign('new')},v0=abc`, { secrets })).toBe(true);
    expect(isSigned(`t=${seconds},v1=${sign('other')}`, { secrets })).toBe(false);
  });

  it('a signature is valid for five minutes in both directions', () => {
    const at = (offset: number) => isSigned(`t=${seconds + offset},v1=${sign('one', seconds + offset)}`);
    expect([-301, -300, 0, 300, 301].map(at)).toEqual([false, true, true, true, false]);
  });

  it('the five minutes end with their last second', () => {
    const at = (offset: number) => isSigned(`t=${seconds + offset},v1=${sign('one', seconds + offset)}`, { ms: 999 });
    expect([-301, -300, 300, 301].map(at)).toEqual([false, true, true, false]);
  });

  it('a signature of other bytes or another time is not valid', () => {
    expect(isSigned(`t=${seconds},v1=${sign('one')}`, { payload: Buffer.from('{"id":"evt_2"}') })).toBe(false);
    expect(isSigned(`t=${seconds + 1},v1=${sign('one')}`)).toBe(false);
  });

  it('a malformed, missing or ambiguous header is not valid', () => {
    for (const header of [
      undefined,
      '',
      't',
      't=',
      `t=${seconds}`,
      `v1=${sign('one')}`,
      `t=x,v1=${sign('one')}`,
      `t=${seconds},v1=`,
      `t=${seconds},v1=zz`,
      `t=${seconds},t=${seconds},v1=${sign('one')}`,
    ]) {
      expect(isSigned(header)).toBe(false);
    }
  });
});
