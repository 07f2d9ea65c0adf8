import type { SettledPaymentView } from '@app/contracts/payments.js';

export interface SettledRow {
  readonly id: string;
  readonly reservationId: string;
  readonly amount: number;
  readonly currency: string;
  readonly settledAt: Date;
}

export const SETTLED_COLUMNS = `p.id, p.reservation_id, p.amount, p.currency, p.settled_at`;

export function viewOfSettled({ id, reservationId, amount, currency, settledAt }: SettledRow): SettledPaymentView {
  return { paymentId: id, reservationId, amount: { amount, currency }, settledAt: settledAt.toISOString() };
}
