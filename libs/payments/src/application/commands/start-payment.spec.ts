import { CardRefused, TooManyCardRequests } from '../../domain/card-payments.js';
import {
  AlreadyPaid,
  AmountRefused,
  PaymentsUnavailable,
  HoldExpired,
  ReservationEnded,
  ReservationNotFound,
} from '../../domain/errors.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { OpenPayment } from './open-payment.js';

describe('Starting a payment', () => {
  it('gives an open payment, and the same one to whoever asks again', async () => {
    const desk = new PaymentDesk();
    const first = await desk.start();
    const again = await desk.start();
    expect(first).toMatchObject({
      isNew: true,
      payment: { status: 'open', clientSecret: 'pi_1_secret', expiresAt: '2026-03-01T12:30:00.000Z' },
    });
    expect(again).toEqual({ isNew: false, payment: first.payment });
    expect(desk.cards.intents.size).toBe(1);
  });

  it('goes by the status of the reservation, and by the clock only for new payments', async () => {
    const refusal = (own: ConstructorParameters<typeof PaymentDesk>[0]) => new PaymentDesk(own).start();
    await expect(refusal({ status: 'expired' })).rejects.toThrow(HoldExpired);
    await expect(refusal({ status: 'cancelled' })).rejects.toThrow(ReservationEnded);
    await expect(refusal({ status: 'confirmed' })).rejects.toThrow(AlreadyPaid);
    await expect(refusal({ due: true })).rejects.toThrow(HoldExpired);
    const desk = new PaymentDesk();
    const { payment } = await desk.start();
    desk.reservation = { ...desk.reservation!, due: true };
    expect((await desk.start()).payment.id).toBe(payment.id);
    desk.reservation = null;
    await expect(new PaymentDesk({ id: payment.id }).start()).resolves.toBeDefined();
  });

  it('does not know the reservation of somebody else', async () => {
    const desk = new PaymentDesk();
    const { id, customerId } = desk.reservation!;
    desk.reservation = null;
    const { StartPayment } = await import('./start-payment.js');
    await expect(desk.execute(new StartPayment(id, customerId))).rejects.toThrow(ReservationNotFound);
  });

  it('begins another only after the first was cancelled', async () => {
    const desk = new PaymentDesk();
    const first = await desk.start();
    desk.cards.turns('pi_1', { status: 'cancelled' });
    const second = await desk.start();
    expect(second.isNew).toBe(true);
    expect(second.payment.id).not.toBe(first.payment.id);
    expect(desk.payments.all.get(first.payment.id)?.status).toBe('cancelled');
  });

  it('does not let a paid reservation be paid twice, even before reservations has heard', async () => {
    const desk = new PaymentDesk();
    await desk.start();
    desk.cards.turns('pi_1', { status: 'succeeded', received: 2_500 });
    await expect(desk.start()).rejects.toThrow(AlreadyPaid);
    expect(desk.eventTypes).toEqual(['payment-started', 'payment-succeeded']);
  });
});

describe('Opening a payment at Stripe', () => {
  it('asks once more under the same key when nobody knows what happened', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('lost-after');
    await desk.start();
    expect(desk.cards.keys).toEqual([`payment:${desk.payment.id}:1`, `payment:${desk.payment.id}:1`]);
    expect(desk.cards.intents.size).toBe(1);
  });

  it('leaves the payment as begun when that does not tell either; the next ask goes on under the same key', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('lost-before', 'lost-before');
    await expect(desk.start()).rejects.toThrow(PaymentsUnavailable);
    expect(desk.payment.status).toBe('created');
    expect(desk.dueRows.waiting).toEqual([`open-payment ${desk.payment.id}`]);
    const { isNew, payment } = await desk.start();
    expect([isNew, payment.status]).toEqual([false, 'open']);
    expect(new Set(desk.cards.keys).size).toBe(1);
    expect(desk.dueRows.waiting).toEqual([]);
  });

  it('takes what a failed request had made all the same', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('failed-after');
    await desk.start();
    expect(desk.cards.keys).toHaveLength(2);
    expect(desk.cards.intents.size).toBe(1);
  });

  it('takes the next key when it had made nothing', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails('failed-before');
    await desk.start();
    expect(desk.cards.keys.at(-1)).toBe(`payment:${desk.payment.id}:2`);
    expect(desk.cards.intents.size).toBe(1);
  });

  it('does not rely on a key older than 23 hours', async () => {
    for (const fault of ['lost-before', 'lost-after'] as const) {
      const desk = new PaymentDesk();
      desk.cards.fails(fault, ...(fault === 'lost-before' ? [fault] : [new TooManyCardRequests()]));
      if (fault === 'lost-before') await expect(desk.start()).rejects.toThrow(PaymentsUnavailable);
      else await desk.execute(new OpenPayment((await desk.start()).payment.id));
      desk.clock.advance(23 * 3_600_000 + 1);
      await desk.start();
      expect(desk.cards.intents.size).toBe(1);
      expect(desk.cards.keys.filter((key) => key.endsWith(':2'))).toHaveLength(fault === 'lost-before' ? 1 : 0);
    }
  });

  it('gives up on a definite no', async () => {
    const desk = new PaymentDesk();
    desk.cards.fails(new CardRefused('amount_too_small', 'too small'));
    await expect(desk.start()).rejects.toThrow(AmountRefused);
    expect(desk.payment.status).toBe('cancelled');
    expect(desk.dueRows.waiting).toEqual([]);
  });
});
