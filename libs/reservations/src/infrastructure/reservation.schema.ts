/** How a reservation is stored. */
import { EntitySchema } from 'typeorm';
import type { ReservationState } from '../domain/reservation-state.js';

export const reservationSchema = new EntitySchema<ReservationState>({
  name: 'reservation',
  schema: 'reservations',
  tableName: 'reservations',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'reservations_pkey' },
    version: { type: 'int' },
    code: { type: 'text' },
    customerId: { name: 'customer_id', type: 'uuid' },
    showtimeId: { name: 'showtime_id', type: 'uuid' },
    showtimeVersion: { name: 'showtime_version', type: 'int' },
    status: { type: 'text' },
    seats: { type: 'jsonb' },
    total: { type: 'int' },
    currency: { type: 'text' },
    startsAt: { name: 'starts_at', type: 'timestamptz' },
    endsAt: { name: 'ends_at', type: 'timestamptz' },
    heldUntil: { name: 'held_until', type: 'timestamptz' },
    extended: { type: 'boolean' },
    refundUntil: { name: 'refund_until', type: 'timestamptz' },
    paymentId: { name: 'payment_id', type: 'uuid', nullable: true },
    late: { type: 'boolean' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    confirmedAt: { name: 'confirmed_at', type: 'timestamptz', nullable: true },
    endedAt: { name: 'ended_at', type: 'timestamptz', nullable: true },
    endReason: { name: 'end_reason', type: 'text', nullable: true },
    refundDue: { name: 'refund_due', type: 'int', nullable: true },
    refundOwedAt: { name: 'refund_owed_at', type: 'timestamptz', nullable: true },
    refundReason: { name: 'refund_reason', type: 'text', nullable: true },
    changeRefund: { name: 'change_refund', type: 'int', default: 0 },
    changeRefundOwedAt: { name: 'change_refund_owed_at', type: 'timestamptz', nullable: true },
  },
  uniques: [{ name: 'reservations_code_key', columns: ['code'] }],
  indices: [
    { name: 'reservations_of_customer', columns: ['customerId', 'id'] },
    { name: 'reservations_customer_usage', columns: ['customerId', 'showtimeId'], where: `status IN ('held', 'confirmed')` },
    { name: 'reservations_of_showtime', columns: ['showtimeId', 'id'] },
    { name: 'reservations_of_status', columns: ['status', 'id'] },
    { name: 'reservations_due', columns: ['heldUntil'], where: `status = 'held'` },
    { name: 'reservations_by_confirmation', columns: ['confirmedAt', 'id'], where: 'confirmed_at IS NOT NULL' },
    { name: 'reservations_to_complete', columns: ['endsAt'], where: `status = 'confirmed'` },
    {
      name: 'reservations_to_compare',
      columns: ['startsAt', 'showtimeId'],
      where: `status IN ('held', 'confirmed') OR refund_due < total`,
    },
    { name: 'reservations_refund_owed', columns: ['refundOwedAt', 'paymentId'], where: 'refund_due > 0' },
    { name: 'reservations_change_refund_owed', columns: ['changeRefundOwedAt', 'paymentId'], where: 'change_refund > 0' },
  ],
  checks: [
    { name: 'reservations_status_known', expression: `status IN ('held', 'confirmed', 'cancelled', 'expired', 'completed')` },
    { name: 'reservations_total_not_negative', expression: 'total >= 0' },
    {
      name: 'reservations_refund_complete',
      expression: '(refund_due IS NULL) = (refund_owed_at IS NULL) AND (refund_due IS NULL) = (refund_reason IS NULL)',
    },
    { name: 'reservations_refund_not_above_total', expression: 'refund_due BETWEEN 0 AND total' },
    {
      name: 'reservations_change_refund_complete',
      expression:
        'change_refund >= 0 AND (change_refund > 0) = (change_refund_owed_at IS NOT NULL) AND (change_refund = 0 OR payment_id IS NOT NULL)',
    },
  ],
});
