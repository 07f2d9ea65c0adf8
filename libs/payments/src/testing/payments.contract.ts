/** What every implementation of `Payments` promises, in memory and in PostgreSQL. */
import { MINUTE_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { BY_EVENT, type Disputes } from '../domain/disputes.js';
import { PaymentNotFound, RefundNotFound } from '../domain/errors.js';
import { Payment } from '../domain/payment.js';
import type { PaymentState } from '../domain/payment-state.js';
import type { Payments } from '../domain/payments.js';
import type { DisputeFact } from '../domain/stripe-facts.js';
import { aDispute, anIntent, aRefund } from './fake-card-payments.js';

const now = new Date('2026-03-01T12:00:00Z');
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const price = eur(2_500);
const lock = () => Promise.resolve();

export function aPayment(own: { reservationId?: string; now?: Date } = {}): Payment {
  return Payment.start({ reservationId: newId(), customerId: newId(), amount: price, now, ...own });
}

interface PaymentsFixture {
  readonly payments: Payments;
  readonly disputes: Disputes;
}

export function paymentsContract(given: () => Promise<PaymentsFixture>): void {
  let payments: Payments;
  let disputes: Disputes;
  beforeEach(async () => {
    ({ payments, disputes } = await given());
  });

  async function added(payment = aPayment()): Promise<Payment> {
    await payments.add(payment);
    return payment;
  }

  /** A payment whose money arrived through an intent of its own. */
  async function received(): Promise<{ id: string; intentId: string }> {
    const { id } = await added();
    const intentId = `pi_${id}`;
    await payments.change(id, (payment) => payment.receive({ intentId, money: price, now }));
    return { id, intentId };
  }

  it('an added payment is returned as it was, `created` without an event', async () => {
    const payment = await added();
    expect(await payments.get(payment.id)).toEqual(payment.state);
    expect(payment.state).toMatchObject({ status: 'created', version: 0 });
  });

  it('a change is stored with its refunds, and its decision is returned', async () => {
    const { id } = await added();
    const intentId = `pi_${id}`;
    const state = await payments.change(id, (payment): PaymentState => {
      payment.receive({ intentId, money: price, now });
      payment.requestRefund({ reason: 'reservation-cancelled', due: eur(1_000), now });
      return payment.state;
    });
    expect(await payments.get(id)).toEqual(state);
    expect(state.refunds).toHaveLength(1);
    expect(await payments.idOfIntent(intentId)).toBe(id);
    expect(await payments.idOfRefund(state.refunds[0]!.id)).toBe(id);
    await payments.change(id, (payment) => payment.refuseRefund(state.refunds[0]!, 'no'));
    await payments.change(id, (payment) => payment.retryRefund(state.refunds[0]!.id));
    expect((await payments.get(id)).refunds).toEqual([{ ...state.refunds[0], timesRequested: 2 }]);
  });

  it('nothing is stored of a change that throws', async () => {
    const payment = await added();
    const refused = payments.change(payment.id, (loaded) => {
      loaded.open('pi_refused');
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await payments.get(payment.id)).toEqual(payment.state);
  });

  it('a payment, refund or intent that does not exist is not found', async () => {
    await expect(payments.get(newId())).rejects.toThrow(PaymentNotFound);
    await expect(payments.change(newId(), () => undefined)).rejects.toThrow(PaymentNotFound);
    await expect(payments.idOfRefund(newId())).rejects.toThrow(RefundNotFound);
    expect(await payments.idOfIntent('pi_nowhere')).toBeNull();
    expect(await payments.has(newId())).toBe(false);
  });

  it('a reservation has one unfinished payment, and the next one only after it', async () => {
    const first = await added();
    const { reservationId } = first.state;
    expect(await payments.unfinishedOf([newId(), reservationId])).toEqual([{ id: first.id, reservationId, intentId: null }]);
    await expect(payments.add(aPayment({ reservationId }))).rejects.toThrow('payments_unfinished_of_reservation');
    const intentId = `pi_${first.id}`;
    await payments.change(first.id, (payment) => payment.fail(intentId, null));
    expect(await payments.unfinishedOf([reservationId])).toEqual([{ id: first.id, reservationId, intentId }]);
    await expect(payments.add(aPayment({ reservationId }))).rejects.toThrow('payments_unfinished_of_reservation');
    await payments.change(first.id, (payment) => payment.cancel(intentId));
    expect(await payments.unfinishedOf([reservationId])).toEqual([]);
    const second = await added(aPayment({ reservationId }));
    const seen: string[] = [];
    const decide = (all: readonly Payment[]) => {
      seen.push(...all.map(({ id }) => id));
      return all[0]!;
    };
    await payments.begin(reservationId, { lock, decide });
    expect(seen).toEqual([second.id, first.id]);
  });

  it('eight requests at the same moment begin one payment', async () => {
    const reservationId = newId();
    const begun = await Promise.all(
      Array.from({ length: 8 }, () => payments.begin(reservationId, { lock, decide: ([first]) => first ?? aPayment({ reservationId }) })),
    );
    expect(new Set(begun.map(({ payment }) => payment.id)).size).toBe(1);
    expect(begun.filter(({ isAdded }) => isAdded)).toHaveLength(1);
  });

  describe('the next check of an unfinished payment', () => {
    const start = new Date('2020-01-01T00:00:00Z');
    const after = (minutes: number) => addMs(start, minutes * MINUTE_MS);
    const claim = async (minutes: number, limit = 10) =>
      (await payments.claimDueForCheck({ now: after(minutes), afterMs: 2 * MINUTE_MS, limit })).map(({ id }) => id);
    let ids: string[];
    beforeEach(async () => {
      ids = [];
      for (let i = 0; i < 3; i++) ids.push((await added(aPayment({ now: start }))).id);
      await payments.change(ids[1]!, (payment) => payment.fail(`pi_${ids[1]}`, null));
      await payments.change(ids[2]!, (payment) => payment.open(`pi_${ids[2]}`));
    });
    afterEach(async () => {
      for (const id of ids) await payments.change(id, (payment) => payment.cancel(`pi_${id}`));
    });

    it('a payment is due at an age, and is claimed once', async () => {
      expect(await claim(1.99)).toEqual([]);
      const claimed = await payments.claimDueForCheck({ now: after(2), afterMs: 2 * MINUTE_MS, limit: 10 });
      expect(claimed.map(({ id, intentId }) => [id, intentId])).toEqual([
        [ids[0], null],
        [ids[1], `pi_${ids[1]}`],
        [ids[2], `pi_${ids[2]}`],
      ]);
      expect(await claim(2)).toEqual([]);
    });

    it('each payment is claimed by one of several who ask at the same moment', async () => {
      const claimed = await Promise.all(Array.from({ length: 5 }, () => claim(2)));
      expect(claimed.flat().sort()).toEqual(ids);
    });

    it('a payment is checked less and less often, and every hour at least', async () => {
      const checks: number[] = [];
      for (let minute = 0; minute <= 360; minute++) if ((await claim(minute, 3)).length > 0) checks.push(minute);
      expect(checks.slice(0, 8)).toEqual([2, 4, 6, 9, 14, 21, 32, 48]);
      expect(checks.slice(-4)).toEqual([162, 222, 282, 342]);
    });

    it('an ended payment is not claimed, and a clock that was set back delays none', async () => {
      await payments.change(ids[0]!, (payment) => payment.cancelWithoutIntent());
      expect(await claim(100_000, 1)).toEqual([ids[1]]);
      expect(await claim(100_000)).toEqual([ids[2]]);
      expect(await claim(10)).toEqual([ids[1], ids[2]]);
    });

    it('checks of long ago are forgotten', async () => {
      await payments.deleteOldChecks({ before: now, limit: 1_000 });
      await claim(2);
      expect(await payments.deleteOldChecks({ before: after(4), limit: 10 })).toBe(0);
      expect(await payments.deleteOldChecks({ before: after(4.01), limit: 2 })).toBe(2);
      expect(await payments.deleteOldChecks({ before: after(4.01), limit: 2 })).toBe(1);
    });
  });

  it('an intent differs where its payment is missing or stands elsewhere', async () => {
    const { id } = await added();
    await payments.change(id, (payment) => payment.open(`pi_${id}`));
    const { intentId: succeeded } = await received();
    const missing = anIntent({ intentId: `pi_${newId()}` });
    const same = anIntent({ intentId: `pi_${id}`, status: 'open' });
    const ahead = anIntent({ intentId: `pi_${id}`, status: 'failed' });
    const behind = anIntent({ intentId: succeeded, status: 'failed' });
    expect(await payments.differingIntents([missing, same, behind])).toEqual([missing]);
    expect(await payments.differingIntents([ahead])).toEqual([ahead]);
  });

  it('owed refunds without a refund of their reason are listed in their order', async () => {
    const { id } = await received();
    await payments.change(id, (payment) => payment.requestRefund({ reason: 'showtime-moved', due: eur(1), now }));
    const owed = (['showtime-cancelled', 'showtime-moved', 'reservation-cancelled'] as const).map((reason) => ({ paymentId: id, reason }));
    const unknown = { paymentId: newId(), reason: 'showtime-moved' } as const;
    expect(await payments.withoutRefund([unknown, ...owed])).toEqual([unknown, owed[0], owed[2]]);
    expect(await payments.withoutRefund([])).toEqual([]);
  });

  it('failed refunds of ours with something left are listed, oldest first', async () => {
    const [first, second] = [await received(), await received()];
    const refunds: { id: string; paymentId: string }[] = [];
    for (const { id } of [first, second, second]) {
      await payments.change(id, (payment) => {
        const refund = payment.refundAsGoodwill({ amount: 100, note: 'cold', now });
        payment.refuseRefund(refund, 'no');
        refunds.push({ id: refund.id, paymentId: id });
      });
    }
    const failed = async (reason?: 'goodwill' | 'showtime-moved', limit = 100) =>
      (await payments.failedRefunds({ reason, limit })).filter(({ paymentId }) => [first.id, second.id].includes(paymentId));
    const external = aRefund({ stripeRefundId: `re_${first.id}`, intentId: first.intentId, amount: eur(100), status: 'failed' });
    await payments.change(first.id, (payment) => payment.applyRefund(external, now));
    expect(await failed()).toEqual(refunds);
    expect(await failed('goodwill')).toEqual(refunds);
    expect(await failed('showtime-moved')).toEqual([]);
    expect(await payments.failedRefunds({ reason: 'goodwill', limit: 1 })).toHaveLength(1);
    expect(await payments.paymentsOfRefunds([newId(), refunds[1]!.id])).toEqual([refunds[1]]);
    await payments.change(second.id, (payment) => void payment.refundAsGoodwill({ amount: null, note: 'late', now }));
    expect(await failed()).toEqual([refunds[0]]);
    await payments.change(first.id, (payment) => void payment.retryRefund(refunds[0]!.id));
  });

  it('what the staff paid out of a refund, how and who is stored, and does not wait', async () => {
    const { id } = await received();
    await payments.change(id, (payment) => {
      payment.refuseRefund(payment.refundAsGoodwill({ amount: 100, note: 'cold', now }), 'no');
    });
    const waits = async () => (await payments.failedRefunds({ reason: undefined, limit: 1_000 })).some(({ paymentId }) => paymentId === id);
    expect(await waits()).toBe(true);
    const [refund] = (await payments.get(id)).refunds;
    const [adminId, note] = [newId(), 'In cash'];
    const payOut = { refundId: refund!.id, adminId, amount: 100, note };
    await payments.change(id, (payment) => payment.markRefundPaidOut({ ...payOut, now }));
    expect((await payments.get(id)).refunds).toEqual([
      { ...refund, paidOutAt: now, paidOutAmount: 100, paidOutNote: note, paidOutBy: adminId },
    ]);
    expect(await payments.change(id, (payment) => payment.markRefundPaidOut({ ...payOut, now }))).toBe(false);
    expect(await waits()).toBe(false);
  });

  it('what banks keep by lost disputes is a part of the payment', async () => {
    const { id } = await received();
    const decided = async (own: Partial<DisputeFact>, source = BY_EVENT) =>
      void (await disputes.record(aDispute({ amount: eur(1_500), closed: true, ...own }), id, source));
    await payments.change(id, (payment) => {
      payment.refuseRefund(payment.refundAsGoodwill({ amount: 1_000, note: 'cold', now }), 'no');
    });
    const isRetriable = async () =>
      (await payments.failedRefunds({ reason: 'goodwill', limit: 100 })).some(({ paymentId }) => paymentId === id);
    const [first, second] = [`dp_1_${id}`, `dp_2_${id}`];
    await decided({ disputeId: first, status: 'lost' });
    expect([(await payments.get(id)).lost, await isRetriable()]).toEqual([1_500, true]);
    await decided({ disputeId: second, status: 'lost', amount: eur(1_000) });
    expect([(await payments.get(id)).lost, await isRetriable()]).toEqual([2_500, false]);
    expect((await payments.ofIds([id]))[0]?.state.lost).toBe(2_500);
    expect(await payments.change(id, ({ state }) => state.lost)).toBe(2_500);
    await decided({ disputeId: second, status: 'won', amount: eur(1_000) }, { statusWhenAsked: 'lost' });
    expect([(await payments.get(id)).lost, await isRetriable()]).toEqual([1_500, true]);
    await payments.change(id, (payment) => void payment.refundAsGoodwill({ amount: null, note: 'late', now }));
    expect(await isRetriable()).toBe(false);
  });

  it('a payment takes any number of goodwill refunds, each with its note', async () => {
    const { id } = await received();
    for (const note of ['cold', 'late']) await payments.change(id, (payment) => void payment.refundAsGoodwill({ amount: 100, note, now }));
    expect((await payments.get(id)).refunds).toMatchObject([{ note: 'cold' }, { note: 'late' }]);
  });

  it('payments with differing refunds are listed', async () => {
    const { id, intentId } = await received();
    const fact = aRefund({ stripeRefundId: `re_${id}`, intentId, amount: eur(700), status: 'submitted' });
    const foreign = aRefund({ stripeRefundId: 're_foreign', intentId: 'pi_foreign' });
    expect(await payments.withDifferingRefunds([fact, foreign])).toEqual([id]);
    await payments.change(id, (payment) => payment.applyRefund(fact, now));
    expect(await payments.withDifferingRefunds([fact])).toEqual([]);
    expect(await payments.withDifferingRefunds([{ ...fact, status: 'succeeded' }])).toEqual([id]);
  });

  it('refunds that were not requested here are found until they fail', async () => {
    const { id, intentId } = await received();
    const { reservationId } = await payments.get(id);
    const fact = aRefund({ stripeRefundId: `re_${id}`, intentId, amount: eur(700), status: 'succeeded' });
    const known = [fact.stripeRefundId, 're_foreign'];
    expect(await payments.externalRefunds(known)).toEqual([]);
    await payments.change(id, (payment) => payment.applyRefund(fact, now));
    expect(await payments.externalRefunds(known)).toEqual([{ paymentId: id, reservationId, amount: 700, currency: 'EUR' }]);
    await payments.change(id, (payment) => payment.applyRefund({ ...fact, status: 'failed' }, now));
    expect(await payments.externalRefunds(known)).toEqual([]);
  });
}
