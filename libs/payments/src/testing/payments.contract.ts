/** What every keeper of payments promises, whether it keeps them in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { PaymentNotFound, RefundNotFound } from '../domain/errors.js';
import { Payment } from '../domain/payment.js';
import type { Payments } from '../domain/payments.js';

const now = new Date('2026-03-01T12:00:00Z');
const price = { amount: 2_500, currency: 'EUR' };

export function aPayment(reservationId: string = newId()): Payment {
  return Payment.start({ reservationId, customerId: newId(), amount: price, now });
}

export function paymentsContract(given: () => Promise<Payments>): void {
  let payments: Payments;
  beforeEach(async () => {
    payments = await given();
  });

  it('gives back what was added, without an event as `created`', async () => {
    const payment = aPayment();
    await payments.add(payment);
    expect(await payments.get(payment.id)).toEqual(payment.state);
    expect(payment.state).toMatchObject({ status: 'created', version: 0 });
  });

  it('keeps a change with its refunds and answers what was decided', async () => {
    const payment = aPayment();
    const intentId = `pi_${payment.id}`;
    await payments.add(payment);
    const state = await payments.change(payment.id, (loaded) => {
      loaded.receive(intentId, price, now);
      loaded.requestRefund('reservation-cancelled', { amount: 1_000, currency: 'EUR' }, now);
      return loaded.state;
    });
    expect(await payments.get(payment.id)).toEqual(state);
    expect(state.refunds).toHaveLength(1);
    expect(await payments.idOfIntent(intentId)).toBe(payment.id);
    expect(await payments.idOfRefund(state.refunds[0]!.id)).toBe(payment.id);
    await payments.change(payment.id, (loaded) => loaded.failRefund(state.refunds[0]!.id, 'no'));
    await payments.change(payment.id, (loaded) => loaded.retryRefund(state.refunds[0]!.id));
    expect((await payments.get(payment.id)).refunds).toEqual(state.refunds);
  });

  it('keeps nothing of a change that was refused', async () => {
    const payment = aPayment();
    await payments.add(payment);
    const refused = payments.change(payment.id, (loaded) => {
      loaded.open('pi_refused');
      throw new Error('on second thoughts');
    });
    await expect(refused).rejects.toThrow('on second thoughts');
    expect(await payments.get(payment.id)).toEqual(payment.state);
  });

  it('does not know what is not there', async () => {
    await expect(payments.get(newId())).rejects.toThrow(PaymentNotFound);
    await expect(payments.change(newId(), () => undefined)).rejects.toThrow(PaymentNotFound);
    await expect(payments.idOfRefund(newId())).rejects.toThrow(RefundNotFound);
    expect(await payments.idOfIntent('pi_nowhere')).toBeNull();
    expect(await payments.has(newId())).toBe(false);
  });

  it('has one unfinished payment a reservation, and a next one only after it', async () => {
    const first = aPayment();
    const { reservationId } = first.state;
    await payments.add(first);
    expect(await payments.unfinishedOf(reservationId)).toEqual([first.id]);
    await expect(payments.add(aPayment(reservationId))).rejects.toThrow('payments_unfinished_of_reservation');
    await payments.change(first.id, (payment) => payment.cancel(null));
    expect(await payments.unfinishedOf(reservationId)).toEqual([]);
    const second = aPayment(reservationId);
    await payments.add(second);
    const seen: string[] = [];
    await payments.begin(reservationId, (all) => {
      seen.push(...all.map(({ id }) => id));
      return all[0]!;
    });
    expect(seen).toEqual([second.id, first.id]);
  });

  it('begins a payment that others begin at the same moment only once', async () => {
    const reservationId = newId();
    const begun = await Promise.all(
      Array.from({ length: 8 }, () => payments.begin(reservationId, ([first]) => first ?? aPayment(reservationId))),
    );
    expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
  });
}
