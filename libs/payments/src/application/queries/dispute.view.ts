import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';
import { disputeOutcome, type DisputeState } from '../../domain/disputes.js';

/** A dispute of a payment. */
export class DisputeView {
  /**
   * Stripe's id.
   * @example "du_1SampleOfADispute"
   */
  id!: string;
  /**
   * `won`: the money stays here, also where the bank only asked. A decision can change on appeal.
   * @example "lost"
   */
  outcome!: 'open' | 'won' | 'lost';
  /**
   * Stripe's own word for how it stands.
   * @example "lost"
   */
  @ApiProperty({ maxLength: 500 })
  status!: string;
  /**
   * Why the cardholder disputes the payment, in Stripe's words.
   * @example "fraudulent"
   */
  reason!: string | null;
  /** What is disputed. It can be more than what is left after refunds. */
  amount!: MoneyView;
  /** What the bank keeps by the last decision: nothing of a dispute that is won, all or a part of one that is lost. */
  lost!: MoneyView;
  /** What Stripe charged for the dispute, in the currency of the account. It is in no report. Null where no money moved. */
  @ApiProperty({ type: MoneyView, nullable: true })
  fee!: MoneyView | null;
  /**
   * When Stripe reported it first.
   * @example "2026-11-23T09:00:00.000Z"
   */
  recordedAt!: string;
  /**
   * When Stripe reported its decision; null while it is open.
   * @example "2026-12-20T09:00:00.000Z"
   */
  closedAt!: string | null;

  static of(dispute: DisputeState): DisputeView {
    const { id, status, reason, amount, lost, funds, recordedAt, closedAt } = dispute;
    return {
      id,
      outcome: disputeOutcome(dispute),
      status,
      reason,
      amount,
      lost: { ...amount, amount: lost },
      fee: funds.fee,
      recordedAt: recordedAt.toISOString(),
      closedAt: closedAt?.toISOString() ?? null,
    };
  }
}
