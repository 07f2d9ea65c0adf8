import { EntitySchema } from 'typeorm';
import type { PaymentState } from '../domain/payment.js';

/** The row of a payment; its refunds are rows of their own, stored by the repository. */
export const paymentSchema = new EntitySchema<PaymentState>({
  name: 'payment',
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
    settledAt: { name: 'settled_at', type: 'timestamptz', nullable: true },
  },
  uniques: [{ name: 'payments_intent_key', columns: ['intentId'] }],
});
