import { EntitySchema } from 'typeorm';
import type { PaymentState } from '../domain/payment-state.js';

/** The row of a payment. Its refunds are rows of their own, which the repository stores. */
export const paymentSchema = new EntitySchema<PaymentState>({
  name: 'payments.payment',
  schema: 'payments',
  tableName: 'payments',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'payments_pkey' },
    version: { type: 'int' },
    reservationId: { name: 'reservation_id', type: 'uuid' },
    customerId: { name: 'customer_id', type: 'uuid' },
    amount: { type: 'int' },
    currency: { type: 'text' },
    status: { type: 'text' },
    intentId: { name: 'intent_id', type: 'text', nullable: true },
    captured: { type: 'int' },
    capturedCurrency: { name: 'captured_currency', type: 'text' },
    refunded: { type: 'int' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    lastError: { name: 'last_error', type: 'jsonb', nullable: true },
    settledAt: { name: 'settled_at', type: 'timestamptz', nullable: true },
  },
  uniques: [{ name: 'payments_intent_key', columns: ['intentId'] }],
  indices: [
    {
      name: 'payments_unfinished_of_reservation',
      columns: ['reservationId'],
      unique: true,
      where: `status IN ('created', 'open', 'failed')`,
    },
    { name: 'payments_unfinished', columns: ['id'], where: `status IN ('created', 'open', 'failed')` },
    { name: 'payments_of_reservation', columns: ['reservationId', 'id'] },
    { name: 'payments_by_creation', columns: ['createdAt', 'id'] },
    { name: 'payments_by_status', columns: ['status', 'id'] },
    { name: 'payments_settled', columns: ['settledAt', 'id'], where: 'settled_at IS NOT NULL' },
  ],
  checks: [
    { name: 'payments_amount_not_negative', expression: 'amount >= 0' },
    { name: 'payments_status_known', expression: `status IN ('created', 'open', 'failed', 'cancelled', 'succeeded')` },
    { name: 'payments_captured_not_negative', expression: 'captured >= 0' },
    { name: 'payments_refunded_not_negative', expression: 'refunded >= 0' },
    { name: 'payments_refunded_within_captured', expression: 'refunded <= captured' },
    { name: 'payments_captured_means_succeeded', expression: `status = 'succeeded' OR captured = 0` },
    {
      name: 'payments_settled_in_full',
      expression: `settled_at IS NULL OR (status = 'succeeded' AND captured = amount AND captured_currency = currency)`,
    },
  ],
});
