import { QueryBus } from '@nestjs/cqrs';
import {
  KeptMoneyOf,
  PaymentsSettledBetween,
  RefundsOfReservations,
  SettledPaymentsByIds,
  SettledPaymentsOf,
} from '@app/contracts/payments.js';
import { NIL_UUID } from '@app/kernel/id.js';
import { HoldExpired } from '@app/contracts/reservations.js';
import { cancelled, eur, PaymentsApp } from './payments-app.js';

let app: PaymentsApp;
beforeAll(async () => {
  app = await PaymentsApp.start({ env: { STRIPE_TIMEOUT_MS: '2000' } });
}, 60_000);
afterEach(() => app.control('DELETE', '/faults'));
afterAll(() => app?.close());

describe('Paying', () => {
  it('a payment succeeds once, however often its events come', async () => {
    await app.faults({ webhooks: [{ duplicate: 4, shuffleMs: 200 }] });
    const { paymentId } = await app.paidPayment();
    expect(await app.payment(paymentId)).toMatchObject({ captured: 2_500, refunded: 0, settled_at: expect.any(Date) });
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('a payment takes the next card after a declined one', async () => {
    const { reservation, paymentId, intentId } = await app.newPayment();
    const { token } = reservation;
    await expect(app.pay(intentId, 'pm_card_visa_chargeDeclinedInsufficientFunds')).rejects.toThrow('insufficient funds');
    await app.untilStatus(paymentId, 'failed');
    const lastError = { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' };
    const asked = () => app.expectOk('GET', `/reservations/${reservation.id}/payments`, { token });
    expect((await asked()).data).toMatchObject([{ id: paymentId, status: 'failed', lastError }]);
    expect((await app.requestPayment(reservation)).body).toMatchObject({ id: paymentId, status: 'failed', lastError });
    await app.pay(intentId);
    await app.untilStatus(paymentId, 'succeeded');
    expect((await asked()).data).toMatchObject([{ id: paymentId, status: 'succeeded', lastError: null }]);
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-failed', 'payment-succeeded']);
  });

  it('the published queries list a settled payment until it is refunded', async () => {
    const queries = app.nest.get(QueryBus);
    const { reservation, paymentId } = await app.paidPayment();
    const settled = { paymentId, reservationId: reservation.id, amount: eur(2_500), settledAt: expect.any(String) };
    expect(await queries.execute(new SettledPaymentsOf([reservation.id]))).toEqual([settled]);
    await app.publish(reservation.id, cancelled(reservation, { paymentId: paymentId, refundDue: 1_000 }));
    await app.untilRefund(paymentId, 'succeeded');
    expect(await queries.execute(new SettledPaymentsOf([reservation.id]))).toEqual([]);
    expect(await queries.execute(new SettledPaymentsByIds([paymentId, NIL_UUID]))).toEqual([settled]);
    const start = { settledAt: '2020-01-01T00:00:00.000Z', paymentId: NIL_UUID };
    const all = await queries.execute(new PaymentsSettledBetween(start, '2100-01-01T00:00:00.000Z', 100));
    expect(all).toContainEqual(settled);
    const after = all.findIndex((view) => view.paymentId === paymentId);
    const rest = await queries.execute(new PaymentsSettledBetween(all[after]!, '2100-01-01T00:00:00.000Z', 100));
    expect(rest).toEqual(all.slice(after + 1));
    expect(await queries.execute(new RefundsOfReservations([reservation.id]))).toEqual([
      {
        reservationId: reservation.id,
        paymentId,
        amount: eur(1_000),
        status: 'succeeded',
        reason: 'reservation-cancelled',
        paidOutAt: null,
      },
    ]);
  });

  it('what is kept of a payment is what is not owed, requested or not', async () => {
    const queries = app.nest.get(QueryBus);
    const { reservation, paymentId } = await app.paidPayment();
    const { paymentId: unpaid } = await app.newPayment();
    const kept = (owed: KeptMoneyOf['owed']) => queries.execute(new KeptMoneyOf(paymentId, owed));
    expect([await kept(null), await queries.execute(new KeptMoneyOf(unpaid, null))]).toEqual([2_500, 0]);
    expect(await kept({ reason: 'seats-changed', due: eur(400) })).toBe(2_100);
    await app.faults({ api: [{ method: 'POST', path: '/v1/refunds', answer: 'rate_limit' }] });
    await app.publish(reservation.id, cancelled(reservation, { paymentId, refundDue: 1_000 }));
    await app.untilRefund(paymentId, 'requested');
    expect([await kept(null), await kept({ reason: 'showtime-cancelled', due: eur(1_200) })]).toEqual([1_500, 1_300]);
  });
});

describe('Payments of a reservation that has ended', () => {
  it('an open payment is cancelled at Stripe', async () => {
    const { reservation, paymentId, intentId } = await app.newPayment();
    await app.publish(
      reservation.id,
      new HoldExpired({ reservationId: reservation.id, showtimeId: reservation.id, customerId: reservation.customerId, seats: ['A1'] }),
    );
    await app.untilStatus(paymentId, 'cancelled');
    expect((await app.stripe.paymentIntents.retrieve(intentId)).status).toBe('canceled');
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-cancelled']);
  });

  it('an open payment is cancelled although Stripe fails and limits requests', async () => {
    const { reservation, paymentId } = await app.newPayment();
    const path = '/v1/payment_intents/*/cancel';
    await app.faults({
      api: [
        { path, answer: 'server_error', next: 2 },
        { path, answer: 'rate_limit', next: 2 },
        { path, answer: 'hang', next: 1, when: 'after' },
      ],
    });
    await app.publish(reservation.id, cancelled(reservation, { paymentId: null, refundDue: 0 }));
    await app.untilStatus(paymentId, 'cancelled');
  });

  it('a payment that succeeded before its cancellation is captured', async () => {
    await app.faults({ webhooks: [{ drop: true }] });
    const { reservation, paymentId, intentId } = await app.newPayment();
    await app.pay(intentId);
    await app.publish(reservation.id, cancelled(reservation, { paymentId: null, refundDue: 0 }));
    await app.untilStatus(paymentId, 'succeeded');
    expect(await app.eventsOf(paymentId)).toEqual(['payment-started', 'payment-succeeded']);
  });

  it('a payment that a bank is processing is cancelled when the bank has answered', async () => {
    const { reservation, paymentId, intentId } = await app.newPayment();
    await app.control('POST', `/payment_intents/${intentId}/hold_processing`);
    await app.pay(intentId);
    await app.publish(reservation.id, cancelled(reservation, { paymentId: null, refundDue: 0 }));
    await app.untilStatus(paymentId, 'open');
    await app.control('POST', `/payment_intents/${intentId}/settle`, { outcome: 'fail' });
    await app.untilStatus(paymentId, 'cancelled');
  });

  it('an intent whose answer was lost is found under its key and cancelled', async () => {
    const reservation = await app.newReservation();
    await app.faults({ api: [{ method: 'POST', path: '/v1/payment_intents', answer: 'hang', when: 'after' }] });
    expect((await app.requestPayment(reservation)).status).toBe(503);
    await app.control('DELETE', '/faults');
    app.changeReservation(reservation, { status: 'expired' });
    await app.publish(reservation.id, cancelled(reservation, { paymentId: null, refundDue: 0 }));
    const [{ id }] = await app.sql(`SELECT id FROM payments.payments WHERE reservation_id = $1`, [reservation.id]);
    const { intent_id } = await app.untilStatus(id, 'cancelled');
    expect((await app.stripe.paymentIntents.retrieve(intent_id)).status).toBe('canceled');
  });
});
