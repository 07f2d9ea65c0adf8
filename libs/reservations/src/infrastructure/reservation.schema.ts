import { EntitySchema } from 'typeorm';
import type { ReservationState } from '../domain/reservation.js';

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
  },
  uniques: [{ name: 'reservations_code_key', columns: ['code'] }],
});
