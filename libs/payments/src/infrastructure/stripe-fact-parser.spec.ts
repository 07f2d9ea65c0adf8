import fc from 'fast-check';
import { newId } from '@app/kernel/id.js';
import { UnreadableEvent } from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';
import { parseStripeEvent } from './stripe-event-parser.js';
import { EVENT_TYPES, parseDispute, parseFact, parseNamedObjects } from './stripe-fact-parser.js';

const paymentId = newId();
const intent = {
  id: 'pi_1',
  status: 'requires_payment_method',
  amount: 2_500,
  amount_received: 0,
  currency: 'eur',
  livemode: false,
  metadata: { paymentId },
};

function event(type: string, object: unknown, { livemode = false } = {}): StripeEvent {
  return { id: 'evt_1', type, livemode, occurredAt: new Date(), body: { data: { object } } };
}

describe('parseFact', () => {
  it('an event about an intent gives its status', () => {
    const parsed = (own: object) => parseFact(event('payment_intent.processing', { ...intent, ...own }));
    expect(parsed({})).toEqual({
      kind: 'intent',
      intentId: 'pi_1',
      paymentId,
      status: 'open',
      amount: { amount: 2_500, currency: 'EUR' },
      received: 0,
      livemode: false,
      lastError: null,
    });
    expect(parsed({ last_payment_error: { code: 'card_declined', decline_code: 'lost_card', message: 7 } })).toMatchObject({
      status: 'failed',
      lastError: { code: 'card_declined', declineCode: 'lost_card', message: null },
    });
    expect(parsed({ status: 'processing', last_payment_error: {} })).toMatchObject({ status: 'open' });
    expect(parsed({ status: 'canceled' })).toMatchObject({ status: 'cancelled' });
    expect(parsed({ status: 'succeeded', amount_received: 2_500 })).toMatchObject({ status: 'succeeded', received: 2_500 });
  });

  it('an event about a declined card needs no error to say so', () => {
    const status = (type: string, own = {}) => (parseFact(event(type, { ...intent, ...own })) as { status: string }).status;
    expect(status('payment_intent.payment_failed')).toBe('failed');
    expect(status('payment_intent.payment_failed', { status: 'succeeded', amount_received: 2_500 })).toBe('succeeded');
    expect(status('payment_intent.processing')).toBe('open');
  });

  it('of a success that does not say what arrived, the amount arrived', () => {
    const { amount_received: _, ...without } = { ...intent, status: 'succeeded' };
    const parsed = (own: object) => parseFact(event('payment_intent.succeeded', { ...without, ...own }));
    expect(parsed({})).toMatchObject({ status: 'succeeded', received: 2_500 });
    expect(() => parsed({ amount_received: null })).toThrow(UnreadableEvent);
    expect(() => parsed({ capture_method: 'manual' })).toThrow(UnreadableEvent);
  });

  it('only a UUID names a payment', () => {
    for (const given of ['1', "'; DROP TABLE payments", 7, null, {}]) {
      expect(parseFact(event('payment_intent.canceled', { ...intent, metadata: { paymentId: given } }))).toMatchObject({ paymentId: null });
    }
    expect(parseFact(event('payment_intent.canceled', { ...intent, metadata: null }))).toMatchObject({ paymentId: null });
  });

  it('the mode is known only where event and object agree', () => {
    expect(parseFact(event('payment_intent.succeeded', intent, { livemode: true }))).toMatchObject({ livemode: null });
    expect(parseFact(event('payment_intent.succeeded', { ...intent, livemode: true }, { livemode: false }))).toMatchObject({
      livemode: null,
    });
    expect(parseFact(event('payment_intent.succeeded', intent, { livemode: false }))).toMatchObject({ livemode: false });
  });

  it('an event about a refund gives its status', () => {
    const parsed = (own: object) =>
      parseFact(event('refund.updated', { id: 're_1', amount: 5, currency: 'eur', payment_intent: { id: 'pi_1' }, ...own }));
    expect(parsed({ status: 'pending' })).toMatchObject({
      kind: 'refund',
      stripeRefundId: 're_1',
      intentId: 'pi_1',
      refundId: null,
      status: 'submitted',
    });
    expect(parsed({ status: 'requires_action' })).toMatchObject({ status: 'submitted' });
    expect(parsed({ status: 'succeeded', metadata: { refundId: paymentId } })).toMatchObject({ status: 'succeeded', refundId: paymentId });
    expect(parsed({ status: 'canceled' })).toMatchObject({ status: 'failed' });
    expect(parsed({ status: 'failed', failure_reason: 'lost_or_stolen_card' })).toMatchObject({
      status: 'failed',
      failure: 'lost_or_stolen_card',
    });
  });

  it('the older name of an event about a refund gives the same', () => {
    const refund = { id: 're_1', amount: 5, currency: 'eur', payment_intent: 'pi_1', status: 'failed' };
    expect(parseFact(event('charge.refund.updated', refund))).toEqual(parseFact(event('refund.updated', refund)));
  });

  it('an event of a connected account gives no fact', () => {
    const own = event('payment_intent.succeeded', { ...intent, status: 'succeeded', amount_received: 2_500 });
    expect(parseFact({ ...own, body: { ...own.body, account: 'acct_1' } })).toBeNull();
    expect(parseFact({ ...own, body: { ...own.body, account: null } })).toMatchObject({ status: 'succeeded' });
  });

  it('only money that arrived needs the amount that arrived', () => {
    const without = { ...intent, amount_received: null };
    expect(parseFact(event('payment_intent.canceled', { ...without, status: 'canceled' }))).toMatchObject({ received: 0 });
    expect(() => parseFact(event('payment_intent.succeeded', { ...without, status: 'succeeded' }))).toThrow(UnreadableEvent);
  });

  it('an event of an unused type gives no fact', () => {
    expect(parseFact(event('payment_intent.created', intent))).toBeNull();
    expect(parseFact(event('customer.created', null))).toBeNull();
  });

  it('an event with any content is parsed or unreadable', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const objects = fc.oneof(
      json,
      fc.record(
        {
          id: json,
          status: json,
          amount: json,
          amount_received: json,
          currency: json,
          metadata: json,
          payment_intent: json,
          last_payment_error: json,
          reason: json,
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...EVENT_TYPES), objects, (type, object) => {
        try {
          parseFact(event(type, object));
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableEvent);
        }
        parseNamedObjects(event(type, object));
      }),
    );
  });
});

describe('parseDispute', () => {
  const moved = (amount: number, fee = 0, currency = 'usd') => ({ amount, fee, currency });
  const fundsOf = (...transactions: unknown[]) =>
    parseDispute({ id: 'dp_1', amount: 2_500, currency: 'eur', status: 'lost', balance_transactions: transactions }).funds;

  it.each([
    ['nothing moved', [], { movements: 0, reinstated: 0, fee: null }],
    ['the amount was withdrawn', [moved(-2_800, 1_500)], { movements: 1, reinstated: 0, fee: { amount: 1_500, currency: 'USD' } }],
    ['all of it came back', [moved(-2_800, 1_500), moved(2_800)], { movements: 2, reinstated: 2_500 }],
    ['a part came back', [moved(-2_800), moved(1_120)], { movements: 2, reinstated: 1_000 }],
    ['it was withdrawn again', [moved(-2_800), moved(2_800), moved(-2_800)], { movements: 3, reinstated: 0 }],
    ['more came back than was withdrawn', [moved(-2_800), moved(2_900)], { reinstated: 2_500 }],
    ['fees came back', [moved(-2_800, 1_500), moved(0, -1_500)], { fee: { amount: 0, currency: 'USD' } }],
    ['they are ids only', ['txn_1'], { movements: 0, reinstated: 0, fee: null }],
  ])('funds where %s', (_, transactions, funds) => {
    expect(fundsOf(...transactions)).toMatchObject(funds);
  });

  it('a dispute whose fee is not known is a dispute', () => {
    const transactions = [{ amount: -1_250 }, { amount: 250, fee: 0, currency: 'eur' }];
    const parsed = parseDispute({ id: 'dp_1', status: 'lost', amount: 1_250, currency: 'eur', balance_transactions: transactions });
    expect(parsed.funds).toEqual({ movements: 2, reinstated: 250, fee: null });
  });

  it('a transaction without a readable amount makes the dispute unreadable', () => {
    for (const transaction of [{}, moved(1.5), { amount: '1', fee: 0, currency: 'usd' }, moved(-1, 3e9)]) {
      expect(() => fundsOf(transaction)).toThrow(UnreadableEvent);
    }
  });
});

describe('parseNamedObjects', () => {
  it('an event with unreadable amounts names its objects', () => {
    const huge = { ...intent, amount: 1e15, currency: 7 };
    expect(parseNamedObjects(event('payment_intent.succeeded', huge))).toEqual({
      intentId: 'pi_1',
      chargeId: null,
      paymentId,
      refundId: null,
    });
    const refund = { id: 're_1', payment_intent: 'pi_1', charge: 'ch_1', amount: 'x', metadata: { refundId: paymentId } };
    expect(parseNamedObjects(event('refund.updated', refund))).toEqual({
      intentId: 'pi_1',
      chargeId: 'ch_1',
      paymentId: null,
      refundId: paymentId,
    });
    const dispute = { id: 'dp_1', payment_intent: { id: 'pi_1' } };
    expect(parseNamedObjects(event('charge.dispute.created', dispute))).toMatchObject({ intentId: 'pi_1' });
  });

  it('an object that names only its charge is read', () => {
    const money = { amount: 2_500, currency: 'eur', payment_intent: null };
    const dispute = { ...money, id: 'dp_1', status: 'lost', charge: 'ch_1' };
    const refund = { ...money, id: 're_1', status: 'pending', charge: { id: 'ch_1' } };
    for (const [type, object] of [
      ['charge.dispute.closed', dispute],
      ['refund.updated', refund],
      ['charge.refund.updated', refund],
      ['charge.refunded', { ...money, id: 'ch_1' }],
    ] as const) {
      expect(parseNamedObjects(event(type, object))).toMatchObject({ intentId: null, chargeId: 'ch_1' });
      expect(parseFact(event(type, object))).toMatchObject({ intentId: null, chargeId: 'ch_1' });
    }
  });

  it.each(['', 'x', 'ch_', 'ch_/../refunds', 'ch_1?x=y', 'c h_1', `ch_${'1'.repeat(201)}`])('%j is no id of a charge', (charge) => {
    const dispute = { id: 'dp_1', amount: 2_500, currency: 'eur', status: 'lost', payment_intent: null, charge };
    expect(parseNamedObjects(event('charge.dispute.closed', dispute))).toMatchObject({ chargeId: null });
    expect(parseFact(event('charge.dispute.closed', dispute))).toMatchObject({ chargeId: null });
    expect(parseFact(event('charge.refunded', { id: charge, payment_intent: null }))).toMatchObject({ chargeId: null });
  });

  it('an event without an object names nothing', () => {
    const nothing = { intentId: null, chargeId: null, paymentId: null, refundId: null };
    for (const object of [null, [], 7, {}, { id: 7, metadata: [] }]) {
      expect(parseNamedObjects(event('payment_intent.succeeded', object))).toEqual(nothing);
    }
    expect(parseNamedObjects({ ...event('refund.updated', null), body: {} })).toEqual(nothing);
  });
});

describe('parseStripeEvent', () => {
  it('the body has no client secret and nothing that PostgreSQL cannot store', () => {
    const object = { client_secret: 'pi_1_secret', name: 'a\0b\ud800', 'k\0': [{ client_secret: 'x' }] };
    const { body } = parseStripeEvent({ id: 'evt_1', type: 'a.b', created: 1_700_000_000, data: { object } });
    expect(body).toEqual({ id: 'evt_1', type: 'a.b', created: 1_700_000_000, data: { object: { name: 'ab\ufffd', k: [{}] } } });
  });

  it('an event of version 2, which has no object, is an event', () => {
    const thin = { id: 'evt_1', object: 'v2.core.event', type: 'v2.core.account[identity].updated', created: '2026-03-01T12:00:00.000Z' };
    expect(parseStripeEvent({ ...thin, livemode: true })).toMatchObject({
      id: 'evt_1',
      type: thin.type,
      livemode: true,
      occurredAt: new Date('2026-03-01T12:00:00.000Z'),
    });
  });

  it('a value that is no event is unreadable', () => {
    for (const value of [
      null,
      7,
      [],
      {},
      { id: 'evt_1', type: 'x' },
      { id: 'e v', type: 'x', created: 1 },
      { id: 'evt_1', type: 'x', created: 1e300 },
      { id: 'evt_1', type: 'x', created: -1 },
      { id: 'evt_1', type: 'x', created: '1' },
      { id: 'evt_1', type: 'x', created: '2026-13-01T00:00:00Z' },
    ]) {
      expect(() => parseStripeEvent(value)).toThrow(UnreadableEvent);
    }
  });
});
