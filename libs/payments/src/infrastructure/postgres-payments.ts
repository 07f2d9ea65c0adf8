import { Injectable } from '@nestjs/common';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { AggregateRepository } from '@app/platform/persistence/aggregate-repository.js';
import { Database } from '@app/platform/persistence/database.js';
import { Outbox } from '@app/platform/persistence/outbox.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { In } from 'typeorm';
import { LOST, WAITS_FOR_PERSON } from '../application/queries/parts/money-gone.js';
import { PaymentNotFound, RefundNotFound } from '../domain/errors.js';
import { Payment } from '../domain/payment.js';
import type { PaymentState } from '../domain/payment-state.js';
import {
  type BegunPayment,
  type ExternalRefund,
  MAX_CHECK_PAUSE_MS,
  MAX_REFUND_CHECK_PAUSE_MS,
  type OwedRefund,
  Payments,
  type RefundOfPayment,
  type UnfinishedPayment,
} from '../domain/payments.js';
import type { RefundState } from '../domain/refund.js';
import type { IntentFact, RefundFact } from '../domain/stripe-facts.js';
import { PaymentsSettings } from '../payments.settings.js';
import { paymentSchema } from './payment.schema.js';
import { RefundRows } from './refund-rows.js';

/** The class of the advisory locks under which the payments of a reservation begin one after another. */
const BEGIN_LOCK_CLASS = 8_601;

@Injectable()
export class PostgresPayments extends AggregateRepository<PaymentState, Payment> implements Payments {
  constructor(
    database: Database,
    transactions: Transactions,
    outbox: Outbox,
    private readonly refunds: RefundRows,
    private readonly jobs: Jobs,
    private readonly settings: PaymentsSettings,
  ) {
    super({
      database,
      transactions,
      outbox,
      schema: paymentSchema,
      rebuild: (row) => new Payment(row),
      notFound: () => new PaymentNotFound(),
    });
  }

  async begin(reservationId: string, { lock, decide }: Parameters<Payments['begin']>[1]): Promise<BegunPayment> {
    // Most requests ask for the payment that is there already. They do not wait for each other.
    const known = await this.ofReservation(reservationId);
    const found = decide(known);
    if (known.includes(found)) return { payment: found, isAdded: false };
    return this.transactions.run(async () => {
      // Before this lock: the lock of the showtime is the first of all, and the reservation comes before its payments.
      await lock();
      await this.database.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [BEGIN_LOCK_CLASS, reservationId]);
      // A statement after the lock, so that it sees what was committed while the lock was awaited.
      const payments = await this.ofReservation(reservationId);
      const payment = decide(payments);
      const isAdded = !payments.includes(payment);
      if (isAdded) await this.add(payment);
      return { payment, isAdded };
    });
  }

  override async add(payment: Payment): Promise<void> {
    await this.transactions.run(async () => {
      const { refunds, lost: _, ...row } = payment.state;
      await this.database.manager.insert(paymentSchema, row);
      await this.storeParts(payment, refunds);
    });
  }

  async get(id: string): Promise<PaymentState> {
    const row = await this.database.manager.findOne(paymentSchema, { where: { id } });
    if (row === null) throw new PaymentNotFound();
    return this.complete(row);
  }

  async ofIds(ids: readonly string[]): Promise<Payment[]> {
    const rows = await this.database.manager.find(paymentSchema, { where: { id: In([...ids]) } });
    return (await this.completeAll(rows)).map((state) => new Payment(state));
  }

  async has(id: string): Promise<boolean> {
    return (await this.database.prepared(`SELECT FROM payments.payments WHERE id = $1`, [id])).length > 0;
  }

  async idOfIntent(intentId: string): Promise<string | null> {
    const [row] = await this.database.prepared<{ id: string }>(`SELECT id FROM payments.payments WHERE intent_id = $1`, [intentId]);
    return row?.id ?? null;
  }

  async idOfRefund(refundId: string): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(`SELECT payment_id AS id FROM payments.refunds WHERE id = $1`, [refundId]);
    if (row === undefined) throw new RefundNotFound();
    return row.id;
  }

  async paymentsOfRefunds(refundIds: readonly string[]): Promise<RefundOfPayment[]> {
    return this.database.query<RefundOfPayment>(`SELECT id, payment_id FROM payments.refunds WHERE id = ANY ($1) ORDER BY id`, [refundIds]);
  }

  async failedRefunds({ reason, limit }: Parameters<Payments['failedRefunds']>[0]): Promise<RefundOfPayment[]> {
    return this.database.query<RefundOfPayment>(
      `SELECT r.id, r.payment_id FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id
       WHERE ${WAITS_FOR_PERSON} AND r.reason = coalesce($1, r.reason)
       ORDER BY r.id LIMIT $2`,
      [reason ?? null, limit],
    );
  }

  async unfinishedOf(reservationIds: readonly string[]): Promise<UnfinishedPayment[]> {
    return this.database.query<UnfinishedPayment>(
      `SELECT id, reservation_id, intent_id FROM payments.payments
       WHERE reservation_id = ANY ($1::uuid[]) AND status IN ('created', 'open', 'failed') ORDER BY id`,
      [reservationIds],
    );
  }

  /** A check that lies further ahead than any pause is of a clock that was set back. Two that claim at the same moment meet at the row of the check. */
  async claimDueForCheck({ now, afterMs, limit }: Parameters<Payments['claimDueForCheck']>[0]): Promise<UnfinishedPayment[]> {
    const milliseconds = (parameter: string) => `${parameter}::double precision * interval '1 millisecond'`;
    const isDue = `(c.next_at <= $1 OR c.next_at > $1::timestamptz + ${milliseconds('$4')})`;
    return this.database.query<UnfinishedPayment>(
      `WITH due AS MATERIALIZED (
         SELECT p.id, p.reservation_id, p.intent_id, p.created_at
         FROM payments.payments p LEFT JOIN payments.payment_checks c ON c.payment_id = p.id
         WHERE p.status IN ('created', 'open', 'failed') AND p.created_at <= $1::timestamptz - ${milliseconds('$2')}
           AND (c.next_at IS NULL OR ${isDue})
         ORDER BY p.id LIMIT $3),
       claimed AS (
         INSERT INTO payments.payment_checks AS c (payment_id, next_at)
         SELECT id, $1::timestamptz + greatest(${milliseconds('$2')}, least(($1::timestamptz - created_at) / 2, ${milliseconds('$4')})) FROM due
         ON CONFLICT (payment_id) DO UPDATE SET next_at = excluded.next_at WHERE ${isDue}
         RETURNING payment_id)
       SELECT due.id, due.reservation_id, due.intent_id FROM due JOIN claimed ON claimed.payment_id = due.id ORDER BY due.id`,
      [now, afterMs, limit, MAX_CHECK_PAUSE_MS],
    );
  }

  async deleteOldChecks({ before, limit }: Parameters<Payments['deleteOldChecks']>[0]): Promise<number> {
    return this.database.change(
      `DELETE FROM payments.payment_checks WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM payments.payment_checks WHERE next_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [before, limit],
    );
  }

  async differingIntents(intents: readonly IntentFact[]): Promise<IntentFact[]> {
    const rows = await this.database.query<{ intentId: string }>(
      `SELECT intent_id FROM payments.payments p JOIN unnest($1::text[], $2::text[]) AS i (id, status) ON p.intent_id = i.id
       WHERE p.status = i.status OR p.status = 'succeeded'`,
      [intents.map(({ intentId }) => intentId), intents.map(({ status }) => status)],
    );
    const same = new Set(rows.map(({ intentId }) => intentId));
    return intents.filter(({ intentId }) => !same.has(intentId));
  }

  async withDifferingRefunds(refunds: readonly RefundFact[]): Promise<string[]> {
    return this.ids(
      `SELECT DISTINCT p.id FROM unnest($1::text[], $2::text[], $3::text[]) AS f (intent_id, refund_id, status)
       JOIN payments.payments p ON p.intent_id = f.intent_id
       LEFT JOIN payments.refunds r ON r.stripe_refund_id = f.refund_id
       WHERE r.status IS DISTINCT FROM f.status`,
      [refunds.map(({ intentId }) => intentId), refunds.map(({ stripeRefundId }) => stripeRefundId), refunds.map(({ status }) => status)],
    );
  }

  async externalRefunds(stripeRefundIds: readonly string[]): Promise<ExternalRefund[]> {
    return this.database.query<ExternalRefund>(
      `SELECT p.id AS payment_id, p.reservation_id, r.amount, r.currency FROM payments.refunds r JOIN payments.payments p ON p.id = r.payment_id
       WHERE r.stripe_refund_id = ANY ($1) AND r.reason = 'external' AND r.status <> 'failed'`,
      [stripeRefundIds],
    );
  }

  async withoutRefund<Owed extends OwedRefund>(owed: readonly Owed[]): Promise<Owed[]> {
    const rows = await this.database.query<{ position: number }>(
      `SELECT o.position::int FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS o (payment_id, reason, position)
       WHERE o.reason = 'seats-changed' OR NOT EXISTS (SELECT FROM payments.refunds r WHERE r.payment_id = o.payment_id AND r.reason = o.reason) ORDER BY o.position`,
      [owed.map(({ paymentId }) => paymentId), owed.map(({ reason }) => reason)],
    );
    const missing = new Set(rows.map(({ position }) => position - 1));
    return owed.filter((_, i) => missing.has(i));
  }

  /** A check that lies further ahead than any pause is of a clock that was set back. */
  async claimSubmittedRefunds({ now, afterMs, limit }: Parameters<Payments['claimSubmittedRefunds']>[0]): Promise<string[]> {
    const milliseconds = (parameter: string) => `${parameter}::double precision * interval '1 millisecond'`;
    return this.ids(
      `WITH due AS MATERIALIZED (
         SELECT r.id, coalesce(r.changed_at, r.created_at) AS changed_at FROM payments.refunds r
         WHERE r.status = 'submitted' AND coalesce(r.changed_at, r.created_at) <= $1::timestamptz - ${milliseconds('$2')}
           AND (r.next_check_at IS NULL OR r.next_check_at <= $1 OR r.next_check_at > $1::timestamptz + ${milliseconds('$4')})
         ORDER BY coalesce(r.next_check_at, r.changed_at, r.created_at) LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED),
       claimed AS (
         UPDATE payments.refunds r SET next_check_at =
           $1::timestamptz + greatest(${milliseconds('$2')}, least(($1::timestamptz - due.changed_at) / 2, ${milliseconds('$4')}))
         FROM due WHERE r.id = due.id RETURNING r.payment_id)
       SELECT DISTINCT payment_id AS id FROM claimed ORDER BY id`,
      [now, afterMs, limit, MAX_REFUND_CHECK_PAUSE_MS],
    );
  }

  /** The row of the payment is the lock of its refunds too. */
  protected override async locked(where: Partial<PaymentState>): Promise<Payment | null> {
    const payment = await super.locked(where);
    return payment === null ? null : new Payment(await this.complete(payment.state));
  }

  protected override async store(payment: Payment): Promise<void> {
    if (!payment.hasChanged) return this.enqueueJobs(payment);
    const { refunds, lost: _, ...row } = payment.state;
    await this.database.manager.update(paymentSchema, { id: payment.id }, row);
    await this.storeParts(payment, refunds);
  }

  private async storeParts(payment: Payment, refunds: readonly RefundState[]): Promise<void> {
    for (const refund of refunds) await this.refunds.store(refund);
    await this.enqueueJobs(payment);
    await this.outbox.append([payment]);
  }

  /** The request that begins a payment opens it itself. The job steps in only where that request did not finish. */
  private async enqueueJobs(payment: Payment): Promise<void> {
    const jobs = payment.takeJobs();
    const delayMs = this.settings.reconcileAfterMs;
    await this.jobs.enqueue(jobs.map((job) => (job.kind === 'payments.open-payment' ? { ...job, delayMs } : job)));
  }

  /** Newest first. */
  private async ofReservation(reservationId: string): Promise<Payment[]> {
    const rows = await this.database.manager.find(paymentSchema, { where: { reservationId }, order: { id: 'DESC' } });
    return (await this.completeAll(rows)).map((state) => new Payment(state));
  }

  private async complete(row: PaymentState): Promise<PaymentState> {
    const [state] = await this.completeAll([row]);
    return state ?? row;
  }

  /** Adds the parts of payments that are rows of their own. Only money that arrived can be disputed. */
  private async completeAll(rows: readonly PaymentState[]): Promise<PaymentState[]> {
    const refunds = Map.groupBy(await this.refunds.ofPayments(rows.map(({ id }) => id)), ({ paymentId }) => paymentId);
    const lost = await this.lostOf(rows.filter(({ captured }) => captured > 0).map(({ id }) => id));
    return rows.map((row) => ({ ...row, refunds: refunds.get(row.id) ?? [], lost: lost.get(row.id) ?? 0 }));
  }

  private async lostOf(paymentIds: readonly string[]): Promise<Map<string, number>> {
    if (paymentIds.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; lost: number }>(
      `SELECT payment_id AS id, sum(${LOST})::int AS lost FROM payments.disputes WHERE payment_id = ANY ($1) GROUP BY payment_id`,
      [paymentIds],
    );
    return new Map(rows.map(({ id, lost }) => [id, lost]));
  }

  private async ids(sql: string, parameters: readonly unknown[] = []): Promise<string[]> {
    return (await this.database.query<{ id: string }>(sql, parameters)).map(({ id }) => id);
  }
}
