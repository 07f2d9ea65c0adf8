import { createHmac } from 'node:crypto';
import Stripe from 'stripe';
import { isSignedByStripe } from './stripe-signature.js';

const now = Date.parse('2026-03-01T12:00:00Z');
const seconds = now / 1_000;
const body = Buffer.from('{"id":"evt_1"}');
const sign = (secret: string, at = seconds, payload: Buffer = body) =>
  createHmac('sha256', secret).update(`${at}.`).update(payload).digest('hex');

describe('A signature of Stripe', () => {
  it('is the one the SDK makes', () => {
    const header = Stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret: 'one', timestamp: seconds });
    expect(isSignedByStripe(body, header, ['one'], now)).toBe(true);
  });

  it('may be by either secret, and one of several in the header', () => {
    expect(isSignedByStripe(body, `t=${seconds},v1=${sign('old')}`, ['new', 'old'], now)).toBe(true);
    expect(isSignedByStripe(body, `t=${seconds},v1=${sign('other')},v1=${sign('new')},v0=abc`, ['new', 'old'], now)).toBe(true);
    expect(isSignedByStripe(body, `t=${seconds},v1=${sign('other')}`, ['new', 'old'], now)).toBe(false);
  });

  it('is good for five minutes in both directions', () => {
    const at = (offset: number) => isSignedByStripe(body, `t=${seconds + offset},v1=${sign('one', seconds + offset)}`, ['one'], now);
    expect([-301, -300, 0, 300, 301].map(at)).toEqual([false, true, true, true, false]);
  });

  it('is of these bytes and this time', () => {
    expect(isSignedByStripe(Buffer.from('{"id":"evt_2"}'), `t=${seconds},v1=${sign('one')}`, ['one'], now)).toBe(false);
    expect(isSignedByStripe(body, `t=${seconds + 1},v1=${sign('one')}`, ['one'], now)).toBe(false);
  });

  it('is not what is broken, missing or ambiguous', () => {
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
      expect(isSignedByStripe(body, header, ['one'], now)).toBe(false);
    }
  });
});
