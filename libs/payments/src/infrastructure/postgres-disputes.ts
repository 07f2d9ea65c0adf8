import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { LOST } from '../application/queries/parts/money-gone.js';
import { type DisputeChange, Disputes, type DisputeSource, type DisputeState, disputeAfter, newDispute } from '../domain/disputes.js';
import type { DisputeFact } from '../domain/stripe-facts.js';

interface DisputeRow extends Omit<DisputeState, 'amount' | 'funds'> {
  readonly amount: number;
  readonly currency: string;
  readonly balanceTransactions: number;
  readonly reinstated: number;
  readonly fee: number | null;
  readonly feeCurrency: string | null;
}

const DISPUTES = `SELECT id, payment_id, amount, currency, status, reason, balance_transactions, reinstated, fee, fee_currency,
    ${LOST} AS lost, recorded_at, closed_at
  FROM payments.disputes`;

@Injectable()
export class PostgresDisputes extends Disputes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Of two facts at once, the second one finds what the first one left. */
  async record(fact: DisputeFact, paymentId: string, source: DisputeSource): Promise<DisputeChange> {
    const now = this.clock.now();
    // The row of the payment is the lock of its disputes too. An insert alone would share that row, and two of them would wait for each other's share.
    await this.database.query(`SELECT FROM payments.payments WHERE id = $1 FOR UPDATE`, [paymentId]);
    const first = newDispute(fact, paymentId, now);
    if (await this.add(first)) return { before: null, after: first, isDoubtful: false };
    const [known] = await this.database.query<DisputeRow>(`${DISPUTES} WHERE id = $1 FOR UPDATE`, [fact.disputeId]);
    if (known === undefined) throw new Error(`Dispute ${fact.disputeId} is gone`);
    const change = disputeAfter(stateOf(known), fact, source, now);
    await this.store(change.after);
    return change;
  }

  async find(disputeId: string): Promise<DisputeState | null> {
    const [known] = await this.database.query<DisputeRow>(`${DISPUTES} WHERE id = $1`, [disputeId]);
    return known === undefined ? null : stateOf(known);
  }

  async ofPayments(paymentIds: readonly string[]): Promise<DisputeState[]> {
    const rows = await this.database.query<DisputeRow>(`${DISPUTES} WHERE payment_id = ANY ($1) ORDER BY recorded_at, id`, [paymentIds]);
    return rows.map(stateOf);
  }

  async differing(facts: readonly DisputeFact[]): Promise<DisputeFact[]> {
    const same = await this.database.query<{ id: string }>(
      `SELECT d.id FROM unnest($1::text[], $2::text[], $3::int[]) AS f (id, status, movements)
       JOIN payments.disputes d ON d.id = f.id AND d.status = f.status AND d.balance_transactions >= f.movements`,
      [facts.map(({ disputeId }) => disputeId), facts.map(({ status }) => status), facts.map(({ funds }) => funds.movements)],
    );
    const ids = new Set(same.map(({ id }) => id));
    return facts.filter(({ disputeId }) => !ids.has(disputeId));
  }

  /** Of all payments only some are disputed, so all disputes are few. */
  async idsOpenOrClosedAfter(time: Date): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM payments.disputes WHERE closed_at IS NULL OR closed_at > $1 ORDER BY id`,
      [time],
    );
    return rows.map(({ id }) => id);
  }

  private async add(dispute: DisputeState): Promise<boolean> {
    const { id, paymentId, amount, reason, recordedAt } = dispute;
    const added = await this.database.change(
      `INSERT INTO payments.disputes (id, payment_id, amount, currency, reason, recorded_at, status, closed_at, balance_transactions, reinstated,
         fee, fee_currency, lost)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING`,
      [id, paymentId, amount.amount, amount.currency, reason, recordedAt, ...changing(dispute)],
    );
    return added > 0;
  }

  private async store(dispute: DisputeState): Promise<void> {
    await this.database.query(
      `UPDATE payments.disputes SET amount = $2, currency = $3, status = $4, closed_at = $5, balance_transactions = $6, reinstated = $7, fee = $8,
         fee_currency = $9, lost = $10 WHERE id = $1`,
      [dispute.id, dispute.amount.amount, dispute.amount.currency, ...changing(dispute)],
    );
  }
}

function changing({ status, closedAt, funds, lost }: DisputeState): unknown[] {
  return [status, closedAt, funds.movements, funds.reinstated, funds.fee?.amount ?? null, funds.fee?.currency ?? null, lost];
}

function stateOf({ amount, currency, balanceTransactions: movements, reinstated, fee, feeCurrency, ...row }: DisputeRow): DisputeState {
  const charged = fee === null || feeCurrency === null ? null : { amount: fee, currency: feeCurrency };
  return { ...row, amount: { amount, currency }, funds: { movements, reinstated, fee: charged } };
}
