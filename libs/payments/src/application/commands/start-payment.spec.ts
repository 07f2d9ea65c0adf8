import { Logger } from '@nestjs/common';
import { HOUR_MS } from '@app/kernel/durations.js';
import { CardRefused, TooManyCardRequests } from '../../domain/card-payments.js';
import {
  AlreadyPaid,
  HoldExpired,
  PaymentsUnavailable,
  ReservationEnded,
  ReservationNotFound,
  ShowtimeCancelled,
  ShowtimeMoved,
} from '../../domain/errors.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { IntentOpener } from '../intent-opener.js';
import { StartPayment } from './start-payment.js';

beforeAll(() => void Logger.overrideLogger(false));

describe('StartPayment', () => {
  it('a request gives an open payment, and the next request the same one', async () => {
    const harness = new PaymentsHarness();
    const first = await harness.start();
    const again = await harness.start();
    expect(first).toMatchObject({
      isNew: true,
      payment: { status: 'open', clientSecret: 'pi_1_secret', expiresAt: '2026-03-01T12:30:00.000Z' },
    });
    expect(again).toEqual({ isNew: false, payment: first.payment });
    expect(harness.cards.intents.size).toBe(1);
  });

  it('the status of the reservation decides, and the clock only for new payments', async () => {
    const refusal = (own: ConstructorParameters<typeof PaymentsHarness>[0]) => new PaymentsHarness(own).start();
    await expect(refusal({ status: 'expired' })).rejects.toThrow(HoldExpired);
    await expect(refusal({ status: 'cancelled' })).rejects.toThrow(ReservationEnded);
    await expect(refusal({ status: 'confirmed' })).rejects.toThrow(AlreadyPaid);
    await expect(refusal({ due: true })).rejects.toThrow(HoldExpired);
    const harness = new PaymentsHarness();
    const { payment } = await harness.start();
    harness.reservation = { ...harness.reservation!, due: true };
    expect((await harness.start()).payment.id).toBe(payment.id);
    harness.reservation = null;
    await expect(new PaymentsHarness({ id: payment.id }).start()).resolves.toBeDefined();
  });

  it('an open payment of another total is cancelled and replaced', async () => {
    const harness = new PaymentsHarness();
    const old = await harness.start();
    harness.reservation = { ...harness.reservation!, total: { amount: 1_250, currency: 'EUR' } };
    const next = await harness.start();
    expect(next).toMatchObject({ isNew: true, payment: { status: 'open', amount: { amount: 1_250 } } });
    expect(harness.payments.all.get(old.payment.id)!.status).toBe('cancelled');
  });

  it('a cancelled or moved showtime gets no payment, and its open one is cancelled', async () => {
    for (const [showtime, refusal] of [
      ['cancelled', ShowtimeCancelled],
      ['moved', ShowtimeMoved],
    ] as const) {
      const harness = new PaymentsHarness({ showtime });
      await expect(harness.start()).rejects.toThrow(refusal);
      expect(harness.payments.all.size).toBe(0);
      harness.reservation = { ...harness.reservation!, showtime: 'on-sale' };
      await harness.start();
      harness.reservation = { ...harness.reservation, showtime };
      for (const _ of ['once', 'again']) await expect(harness.start()).rejects.toThrow(refusal);
      expect(harness.jobs.waiting).toEqual([`payments.cancel-payment ${harness.payment.id}`]);
      await harness.runJobs();
      expect(harness.payment.status).toBe('cancelled');
    }
  });

  it('an open payment is asked for at Stripe once in five seconds', async () => {
    const harness = await PaymentsHarness.opened();
    const asked: string[] = [];
    const intent = harness.cards.intent.bind(harness.cards);
    harness.cards.intent = (intentId) => {
      asked.push(intentId);
      return intent(intentId);
    };
    for (let i = 0; i < 50; i++) expect((await harness.start()).payment.clientSecret).toBe('pi_1_secret');
    expect(asked).toEqual([]);
    harness.clock.advance(5_000);
    for (let i = 0; i < 50; i++) await harness.start();
    expect(asked).toEqual(['pi_1']);
  });

  it('a reservation of another customer is not found', async () => {
    const harness = new PaymentsHarness();
    const { id, customerId } = harness.reservation!;
    harness.reservation = null;
    await expect(harness.execute(new StartPayment(id, customerId))).rejects.toThrow(ReservationNotFound);
  });

  it('another payment begins only after the first one was cancelled', async () => {
    const harness = new PaymentsHarness();
    const first = await harness.start();
    harness.cards.change('pi_1', { status: 'cancelled' });
    harness.clock.advance(5_000);
    const second = await harness.start();
    expect(second.isNew).toBe(true);
    expect(second.payment.id).not.toBe(first.payment.id);
    expect(harness.payments.all.get(first.payment.id)?.status).toBe('cancelled');
  });

  it('a paid reservation cannot be paid again, even before reservations knows', async () => {
    const harness = new PaymentsHarness();
    await harness.start();
    harness.cards.change('pi_1', { status: 'succeeded', received: 2_500 });
    harness.clock.advance(5_000);
    await expect(harness.start()).rejects.toThrow(AlreadyPaid);
    expect(harness.eventTypes).toEqual(['payment-started', 'payment-succeeded']);
  });
});

describe('StartPayment at Stripe', () => {
  it('an unknown outcome is resolved by a second request under the same key', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext('lost-after');
    await harness.start();
    expect(harness.cards.keys).toEqual([`payment:${harness.payment.id}:1`, `payment:${harness.payment.id}:1`]);
    expect(harness.cards.intents.size).toBe(1);
  });

  it('a payment whose outcome stays unknown continues under the same key', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext('lost-before', 'lost-before');
    await expect(harness.start()).rejects.toThrow(PaymentsUnavailable);
    expect(harness.payment.status).toBe('created');
    expect(harness.jobs.waiting).toEqual([`payments.open-payment ${harness.payment.id}`]);
    const { isNew, payment } = await harness.start();
    expect([isNew, payment.status]).toEqual([false, 'open']);
    expect(new Set(harness.cards.keys).size).toBe(1);
    expect(harness.jobs.waiting).toEqual([]);
  });

  it('an intent that a failed request had made is used', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext('failed-after');
    await harness.start();
    expect(harness.cards.keys).toHaveLength(2);
    expect(harness.cards.intents.size).toBe(1);
  });

  it('the next key is used when the failed request had made nothing', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext('failed-before');
    await harness.start();
    expect(harness.cards.keys.at(-1)).toBe(`payment:${harness.payment.id}:2`);
    expect(harness.cards.intents.size).toBe(1);
  });

  it('a key older than 23 hours is not used', async () => {
    for (const fault of ['lost-before', 'lost-after'] as const) {
      const harness = new PaymentsHarness();
      harness.cards.failNext(fault, ...(fault === 'lost-before' ? [fault] : [new TooManyCardRequests()]));
      if (fault === 'lost-before') await expect(harness.start()).rejects.toThrow(PaymentsUnavailable);
      else await harness.bus.get(IntentOpener).open((await harness.start()).payment.id);
      harness.clock.advance(23 * HOUR_MS + 1);
      await harness.start();
      expect(harness.cards.intents.size).toBe(1);
      expect(harness.cards.keys.filter((key) => key.endsWith(':2'))).toHaveLength(fault === 'lost-before' ? 1 : 0);
    }
  });

  it('a secret that the answer leaves out is asked for, and never given out empty', async () => {
    const harness = new PaymentsHarness();
    const create = harness.cards.createIntent.bind(harness.cards);
    harness.cards.createIntent = async (request) => ({ ...(await create(request)), clientSecret: '' });
    expect((await harness.start()).payment.clientSecret).toBe('pi_1_secret');
    const other = new PaymentsHarness();
    other.cards.createIntent = async (request) => ({ ...(await create(request)), clientSecret: '' });
    const intent = harness.cards.intent.bind(harness.cards);
    other.cards.intent = async (id) => ({ ...(await intent(id)), clientSecret: '' });
    for (const _ of ['first', 'again']) await expect(other.start()).rejects.toThrow(PaymentsUnavailable);
  });

  it('a refused amount cancels the payment', async () => {
    const harness = new PaymentsHarness();
    harness.cards.failNext(new CardRefused('amount_too_small', 'too small'));
    await expect(harness.start()).rejects.toThrow('2500 EUR, in minor units, cannot be paid by card.');
    expect(harness.payment.status).toBe('cancelled');
    expect(harness.jobs.waiting).toEqual([]);
  });
});
