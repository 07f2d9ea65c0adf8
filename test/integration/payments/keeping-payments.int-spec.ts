import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import { PaymentsSettings } from '@app/payments';
import { Settings } from '@app/platform/config/settings.js';
import { Database } from '@app/platform/persistence/database.js';
import { DueRows } from '../../../libs/payments/src/domain/due-rows.js';
import { Payment } from '../../../libs/payments/src/domain/payment.js';
import { Payments } from '../../../libs/payments/src/domain/payments.js';
import { PostgresDisputes } from '../../../libs/payments/src/infrastructure/postgres-disputes.js';
import { PostgresDueRows } from '../../../libs/payments/src/infrastructure/postgres-due-rows.js';
import { PostgresStripeEvents } from '../../../libs/payments/src/infrastructure/postgres-stripe-events.js';
import { disputesContract } from '../../../libs/payments/src/testing/disputes.contract.js';
import { dueRowsContract } from '../../../libs/payments/src/testing/due-rows.contract.js';
import { aPayment, paymentsContract } from '../../../libs/payments/src/testing/payments.contract.js';
import { stripeEventsContract } from '../../../libs/payments/src/testing/stripe-events.contract.js';
import { BoxOffice } from './box-office.js';

let office: BoxOffice;
beforeAll(async () => {
  office = await BoxOffice.open({ worker: false });
}, 60_000);
afterAll(() => office?.close());

describe('Payments kept in PostgreSQL', () => {
  paymentsContract(() => Promise.resolve(office.app.get(Payments, { strict: false })));

  it('are refused by the database itself where more would go back than came', async () => {
    const payments = office.app.get(Payments, { strict: false });
    const payment = aPayment();
    await payments.add(payment);
    await payments.change(payment.id, (loaded) => loaded.receive(`pi_${payment.id}`, { amount: 2_500, currency: 'EUR' }, new Date()));
    const set = (column: string, value: number) =>
      office.sql(`UPDATE payments.payments SET ${column} = $2 WHERE id = $1`, [payment.id, value]);
    await expect(set('refunded', 2_501)).rejects.toThrow('payments_refunded_within_captured');
    await expect(set('captured', 2_499)).rejects.toThrow('payments_settled_in_full');
  });

  it('change one after the other: two changes at once both see what the other did', async () => {
    const payments = office.app.get(Payments, { strict: false });
    const payment = aPayment();
    await payments.add(payment);
    const price = { amount: 2_500, currency: 'EUR' };
    await payments.change(payment.id, (loaded) => loaded.receive(`pi_${payment.id}`, price, new Date()));
    const reasons = [
      'reservation-cancelled',
      'payment-came-too-late',
      'surplus-payment',
      'reservation-cancelled',
      'surplus-payment',
    ] as const;
    await Promise.all(
      reasons.map((reason) =>
        payments.change(payment.id, (loaded) => loaded.requestRefund(reason, { amount: 2_000, currency: 'EUR' }, new Date())),
      ),
    );
    const { refunds } = await payments.get(payment.id);
    expect(refunds.map(({ amount }) => amount).sort()).toEqual([2_000, 500]);
    expect(await office.eventsOf(payment.id)).toEqual(['payment-started', 'payment-succeeded', 'refund-requested', 'refund-requested']);
  });

  it('would promise the same money twice from copies read without the lock', async () => {
    const payments = office.app.get(Payments, { strict: false });
    const payment = aPayment();
    await payments.add(payment);
    await payments.change(payment.id, (loaded) => loaded.receive(`pi_${payment.id}`, { amount: 2_500, currency: 'EUR' }, new Date()));
    const copies = (await Promise.all([payments.get(payment.id), payments.get(payment.id)])).map((state) => new Payment(state));
    copies[0]!.requestRefund('reservation-cancelled', { amount: 2_000, currency: 'EUR' }, new Date());
    copies[1]!.requestRefund('surplus-payment', { amount: 2_000, currency: 'EUR' }, new Date());
    expect(copies.flatMap(({ state }) => state.refunds).reduce((sum, { amount }) => sum + amount, 0)).toBe(4_000);
  });

  it('would begin twice without the lock of the reservation, were it not for the index behind it', async () => {
    const payments = office.app.get(Payments, { strict: false });
    const reservationId = newId();
    const ended = await Promise.allSettled(Array.from({ length: 4 }, () => payments.add(aPayment(reservationId))));
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('Due work kept in PostgreSQL', () => {
  dueRowsContract(() => {
    const clock = new FixedClock();
    const alerts = { raise: () => undefined };
    const dueRows = new PostgresDueRows(
      office.app.get(Database),
      clock,
      office.settings.get(PaymentsSettings),
      office.settings.get(Settings),
      alerts,
    );
    return Promise.resolve({ clock, dueRows });
  });

  it('is written with the change that made it due, or not at all', async () => {
    const database = office.app.get(Database);
    const dueRows = office.app.get(DueRows, { strict: false });
    const subject = newId();
    const work = database.transaction(async () => {
      await dueRows.want([{ kind: 'list-refunds', subject }]);
      throw new Error('on second thoughts');
    });
    await expect(work).rejects.toThrow('on second thoughts');
    expect(await office.sql(`SELECT FROM payments.due_rows WHERE subject = $1`, [subject])).toEqual([]);
  });
});

describe("Stripe's events kept in PostgreSQL", () => {
  stripeEventsContract(async () => {
    await office.sql(`DELETE FROM payments.stripe_events`);
    const clock = new FixedClock();
    const settings = office.settings.get(Settings);
    const jobs = { ...settings.jobs, retryPauseMs: 1_000, retryPauseMaxMs: 600_000 };
    return { clock, stripeEvents: new PostgresStripeEvents(office.app.get(Database), clock, { ...settings, jobs }) };
  });
});

describe('Disputes kept in PostgreSQL', () => {
  disputesContract(async () => {
    const payment = aPayment();
    await office.app.get(Payments, { strict: false }).add(payment);
    const disputes = new PostgresDisputes(office.app.get(Database), new FixedClock());
    const standing = async (disputeId: string) => {
      const [row] = await office.sql<{ status: string; closed: boolean }>(
        `SELECT status, closed_at IS NOT NULL AS closed FROM payments.disputes WHERE id = $1`,
        [disputeId],
      );
      return row!;
    };
    return { disputes, standing, paymentId: payment.id };
  });
});
