import { Logger } from '@nestjs/common';
import { CardRefused, TooManyCardRequests } from '../../domain/card-payments.js';
import { DUE_TASKS } from '../../domain/due-rows.js';
import { aRefund } from '../../testing/fake-card-payments.js';
import { PaymentDesk } from '../../testing/payment-desk.js';
import { RefundPayment } from './refund-payment.js';
import { WorkDueRows } from './work-due-rows.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

async function owing(): Promise<PaymentDesk> {
  const desk = await PaymentDesk.paid();
  await desk.execute(new RefundPayment(desk.payment.id, 'reservation-cancelled', { amount: 2_500, currency: 'EUR' }));
  desk.cards.keys.length = 0;
  return desk;
}

const work = (desk: PaymentDesk) => desk.execute(new WorkDueRows(DUE_TASKS, 10));

describe('Ordering a refund', () => {
  it('is done once, and asked for no more', async () => {
    const desk = await owing();
    await work(desk);
    expect(desk.payment).toMatchObject({ refunded: 2_500, refunds: [{ status: 'succeeded' }] });
    expect(desk.dueRows.waiting).toEqual([]);
    expect(desk.cards.refunds.size).toBe(1);
  });

  it('comes back under the same key when nobody knows what happened', async () => {
    const desk = await owing();
    desk.cards.fails('lost-after');
    await work(desk);
    expect(desk.payment.refunds[0]?.status).toBe('requested');
    desk.clock.advance(1_000);
    await work(desk);
    expect(desk.cards.refunds.size).toBe(1);
    expect(desk.cards.keys).toEqual([1, 1].map((attempt) => `refund:${desk.payment.refunds[0]!.id}:${attempt}`));
    expect(desk.payment.refunded).toBe(2_500);
  });

  it('looks for its refund when the key only replays a failure', async () => {
    for (const [fault, keys] of [
      ['failed-after', [1, 1]],
      ['failed-before', [1, 1, 2]],
    ] as const) {
      const desk = await owing();
      desk.cards.fails(fault);
      await work(desk);
      desk.clock.advance(1_000);
      await work(desk);
      expect(desk.cards.keys.map((key) => Number(key.split(':')[2]))).toEqual(keys);
      expect(desk.cards.refunds.size).toBe(1);
      expect(desk.payment.refunded).toBe(2_500);
    }
  });

  it('does not rely on a key older than 23 hours', async () => {
    const desk = await owing();
    desk.cards.fails('lost-after');
    await work(desk);
    desk.clock.advance(24 * 3_600_000);
    await work(desk);
    expect(desk.cards.refunds.size).toBe(1);
    expect(desk.payment.refunded).toBe(2_500);
  });

  it('fails for a person to see on a definite no', async () => {
    const desk = await owing();
    desk.cards.fails(new CardRefused('charge_disputed', 'The charge is disputed.'));
    await work(desk);
    expect(desk.payment.refunds).toEqual([
      expect.objectContaining({ status: 'failed', failure: 'charge_disputed: The charge is disputed.' }),
    ]);
    expect(desk.alerts.codes).toEqual(['refund-failed']);
    expect(desk.dueRows.waiting).toEqual([]);
  });

  it('finds its refund behind a definite no, where an earlier key had made it', async () => {
    const desk = await owing();
    const refundId = desk.payment.refunds[0]!.id;
    desk.cards.refunds.set('re_earlier', aRefund({ stripeRefundId: 're_earlier', refundId }));
    desk.cards.fails(new CardRefused('charge_already_refunded', 'already'));
    await work(desk);
    expect(desk.payment.refunds).toEqual([expect.objectContaining({ status: 'succeeded', stripeRefundId: 're_earlier' })]);
  });

  it('counts no failure when Stripe asks for fewer requests', async () => {
    const desk = await owing();
    desk.cards.fails(new TooManyCardRequests());
    expect(await work(desk)).toEqual({ worked: 0, tooManyRequests: true });
    expect([...desk.dueRows.all.values()].map(({ tries }) => tries)).toEqual([0, 0]);
    expect(await work(desk)).toEqual({ worked: 1, tooManyRequests: false });
    expect(desk.payment.refunded).toBe(2_500);
  });
});
