/** A violation of each invariant: the statements that plant it, and the breach that must be reported. */
import { newId } from '@app/kernel/id.js';
import { UNROUTED } from '@app/platform/messaging/broker.js';
import type { Json } from '../../support/http-client.js';

/** One reservation for each way that a reservation can go. `kept` was cancelled too late for a refund. */
export interface Reservations {
  held: Json;
  confirmed: Json;
  cancelled: Json;
  kept: Json;
  /** Bought with two seats and changed for one. */
  changed: Json;
  expired: Json;
}

type Violation = [name: string, statements: (of: Reservations) => string[], breach: (of: Reservations) => RegExp];

function plantCancelledShowtime(showtimeId: string): string[] {
  const event = newId();
  return [
    `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, published_at)
     VALUES ('${event}', 'showtimes.showtime-cancelled.v1', '${showtimeId}', 2, now(), '{}', now())`,
    `INSERT INTO messaging.inbox (queue, message_id) VALUES ('reservations.close-sales-when-showtime-cancelled', '${event}')`,
  ];
}

export const VIOLATIONS: readonly Violation[] = [
  [
    'S1: a seat with two owners',
    ({ confirmed, held }) => [
      `ALTER TABLE reservations.seat_claims DROP CONSTRAINT seat_claims_pkey`,
      `INSERT INTO reservations.seat_claims SELECT showtime_id, seat, '${held.id}' FROM reservations.seat_claims WHERE reservation_id = '${confirmed.id}'`,
    ],
    ({ confirmed, held }) => new RegExp(`^S1 seat A1 .* 2 owners: .*(${held.id}|${confirmed.id})`),
  ],
  [
    'S2: a seat of an expired reservation',
    ({ expired }) => [`INSERT INTO reservations.seat_claims VALUES ('${expired.showtime.id}', 'A5', '${expired.id}')`],
    ({ expired }) => new RegExp(`^S2 seat A5 .* ${expired.id}, which is expired`),
  ],
  [
    'S3: a confirmed reservation without its seat',
    ({ confirmed }) => [`DELETE FROM reservations.seat_claims WHERE reservation_id = '${confirmed.id}'`],
    ({ confirmed }) => new RegExp(`^S3 reservation ${confirmed.id} .*{A1} but owns {}`),
  ],
  [
    'S3: a reservation with a seat that it did not request',
    ({ held }) => [`INSERT INTO reservations.seat_claims VALUES ('${held.showtime.id}', 'H9', '${held.id}')`],
    ({ held }) => new RegExp(`^S3 reservation ${held.id} .*{B1} but owns {B1,H9}`),
  ],
  [
    'H1: an ended hold that was not swept',
    () => [`UPDATE platform.clock SET offset_ms = offset_ms + 30 * 60000 + 6000`],
    ({ held }) => new RegExp(`^H1 reservation ${held.id}`),
  ],
  [
    'H2: a reservation that ended twice',
    ({ expired }) => [
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, published_at) VALUES ('${newId()}', 'reservations.hold-expired.v1', '${expired.id}', 3, now(), '{}', now())`,
    ],
    ({ expired }) => new RegExp(`^H2 reservation ${expired.id} is expired and ended by .*expired.*expired`),
  ],
  [
    'H2: a reservation that ended without an event',
    ({ held }) => [
      `DELETE FROM reservations.seat_claims WHERE reservation_id = '${held.id}'`,
      `UPDATE reservations.reservations SET status = 'expired' WHERE id = '${held.id}'`,
    ],
    ({ held }) => new RegExp(`^H2 reservation ${held.id} is expired and ended by {}`),
  ],
  [
    'H2: a held reservation with an event that it ended',
    ({ expired }) => [
      `INSERT INTO reservations.seat_claims VALUES ('${expired.showtime.id}', 'A5', '${expired.id}')`,
      `UPDATE reservations.reservations SET status = 'held', held_until = 'infinity' WHERE id = '${expired.id}'`,
    ],
    ({ expired }) => new RegExp(`^H2 reservation ${expired.id} is held and ended by {reservations.hold-expired`),
  ],
  [
    'M1: money kept for a reservation that expired',
    ({ confirmed }) => [`UPDATE reservations.reservations SET status = 'expired' WHERE id = '${confirmed.id}'`],
    ({ confirmed }) => new RegExp(`^M1 reservation ${confirmed.id} eur: 0 is due, our rows say 1250 was kept, Stripe's ledger 1250`),
  ],
  [
    'M1: a refund that the policy does not allow',
    ({ kept }) => [
      `INSERT INTO payments.refunds VALUES ('${newId()}', '${kept.paymentId}', 'surplus-payment', 1250, 'EUR', 'succeeded', NULL, '[]', NULL, now())`,
    ],
    ({ kept }) => new RegExp(`^M1 reservation ${kept.id} eur: 1250 is due, our rows say 0 was kept, Stripe's ledger 1250`),
  ],
  [
    'M1: a refund that our rows do not contain',
    ({ cancelled }) => [`UPDATE payments.refunds SET status = 'failed' WHERE payment_id = '${cancelled.paymentId}'`],
    ({ cancelled }) => new RegExp(`^M1 reservation ${cancelled.id} eur: 0 is due, our rows say 1250`),
  ],
  [
    'M1: money kept for seats that were given up',
    ({ changed }) => [`UPDATE payments.refunds SET status = 'failed' WHERE payment_id = '${changed.paymentId}'`],
    ({ changed }) => new RegExp(`^M1 reservation ${changed.id} eur: 1250 is due, our rows say 2500 was kept, Stripe's ledger 1250`),
  ],
  [
    'M1: a change of seats that gives back too much',
    ({ changed }) => [`UPDATE reservations.reservations SET total = 2000, change_refund = 500 WHERE id = '${changed.id}'`],
    ({ changed }) => new RegExp(`^M1 reservation ${changed.id} eur: 2000 is due, our rows say 1250 was kept, Stripe's ledger 1250`),
  ],
  [
    'M1: a refund that was paid out by the staff and went back at Stripe too',
    ({ cancelled }) => [
      `UPDATE payments.refunds SET status = 'failed', paid_out_at = now(), paid_out_amount = amount, paid_out_note = 'In cash' WHERE payment_id = '${cancelled.paymentId}'`,
    ],
    ({ cancelled }) => new RegExp(`^M1 reservation ${cancelled.id} eur: 1250 is due, our rows say 1250 was kept, Stripe's ledger 0`),
  ],
  [
    'M2: different sums in our rows and at Stripe',
    ({ confirmed }) => [`UPDATE payments.payments SET settled_at = NULL, captured = 1, amount = 1 WHERE id = '${confirmed.paymentId}'`],
    () => /^M2 our rows keep 2501 eur in all, Stripe's ledger 3750/,
  ],
  [
    'M3: a succeeded payment without an intent at Stripe',
    ({ confirmed }) => [`UPDATE payments.payments SET intent_id = 'pi_nowhere' WHERE id = '${confirmed.paymentId}'`],
    ({ confirmed }) => new RegExp(`^M3 payment ${confirmed.paymentId} succeeded, its intent pi_nowhere is not there`),
  ],
  [
    'M3: a succeeded intent without a payment',
    ({ confirmed }) => [`UPDATE payments.payments SET intent_id = NULL WHERE id = '${confirmed.paymentId}'`],
    () => /^M3 intent pi_\w+ succeeded and has no payment/,
  ],
  [
    'M4: a confirmed reservation without a payment',
    ({ held }) => [`UPDATE reservations.reservations SET status = 'confirmed' WHERE id = '${held.id}'`],
    ({ held }) => new RegExp(`^M4 reservation ${held.id} is confirmed for 1250 EUR and has 0 payments`),
  ],
  [
    'M4: a confirmed reservation with two payments',
    ({ confirmed }) => [`INSERT INTO reservations.payment_outcomes VALUES ('${newId()}', '${confirmed.id}', 'confirmed-late', now())`],
    ({ confirmed }) => new RegExp(`^M4 reservation ${confirmed.id} .* has 2 payments`),
  ],
  [
    'M5: a refund of more than was captured',
    ({ cancelled }) => [
      `ALTER TABLE payments.payments DROP CONSTRAINT payments_refunded_within_captured`,
      `UPDATE payments.payments SET refunded = 1251 WHERE id = '${cancelled.paymentId}'`,
    ],
    ({ cancelled }) => new RegExp(`^M5 payment ${cancelled.paymentId} captured 1250, refunded 1251`),
  ],
  [
    'M6: a succeeded payment without an outcome',
    ({ confirmed }) => [`DELETE FROM reservations.payment_outcomes WHERE payment_id = '${confirmed.paymentId}'`],
    ({ confirmed }) => new RegExp(`^M6 payment ${confirmed.paymentId} for reservation ${confirmed.id}`),
  ],
  [
    'M7: money kept for a cancelled showtime',
    ({ kept }) => [`UPDATE showtimes.showtimes SET status = 'cancelled' WHERE id = '${kept.showtime.id}'`],
    ({ kept }) => new RegExp(`^M7 reservation ${kept.id} of a showtime that is cancelled keeps 1250`),
  ],
  [
    'M7: money kept from a reservation that was live when its showtime was moved',
    ({ kept }) => [
      `UPDATE showtimes.showtimes SET moved_version = 2, moved_at = (SELECT ended_at FROM reservations.reservations WHERE id = '${kept.id}')
       WHERE id = '${kept.showtime.id}'`,
    ],
    ({ kept }) => new RegExp(`^M7 reservation ${kept.id} of a showtime that is moved keeps 1250`),
  ],
  [
    'M8: a refund that is owed and was not requested',
    ({ kept }) => [`UPDATE reservations.reservations SET refund_until = 'infinity' WHERE id = '${kept.id}'`],
    ({ kept }) => new RegExp(`^M8 payment ${kept.paymentId} of reservation ${kept.id} owes 1250 and 0 was requested`),
  ],
  [
    'M8: a late payment whose refund was not requested',
    ({ confirmed }) => [
      `UPDATE reservations.payment_outcomes SET outcome = 'too-late', refund_due = 1250, refund_currency = 'EUR' WHERE payment_id = '${confirmed.paymentId}'`,
    ],
    ({ confirmed }) => new RegExp(`^M8 payment ${confirmed.paymentId} of reservation ${confirmed.id} owes 1250 and 0 was requested`),
  ],
  [
    'M8: cheaper seats whose difference was not requested',
    ({ changed }) => [`DELETE FROM payments.refunds WHERE payment_id = '${changed.paymentId}'`],
    ({ changed }) => new RegExp(`^M8 payment ${changed.paymentId} of reservation ${changed.id} owes 1250 and 0 was requested`),
  ],
  [
    'M8: cheaper seats with less requested than the difference',
    ({ changed }) => [`UPDATE reservations.reservations SET total = 1000, change_refund = 1500 WHERE id = '${changed.id}'`],
    ({ changed }) => new RegExp(`^M8 payment ${changed.paymentId} of reservation ${changed.id} owes 1500 and 1250 was requested`),
  ],
  [
    'M8: a refund that nothing requires',
    ({ confirmed }) => [
      `INSERT INTO payments.refunds SELECT * FROM jsonb_populate_record(
         (SELECT f FROM payments.refunds f WHERE reason = 'reservation-cancelled' LIMIT 1), '{"id": "${newId()}", "payment_id": "${confirmed.paymentId}", "stripe_refund_id": null, "reason": "reservation-cancelled", "status": "requested"}')`,
    ],
    ({ confirmed }) => new RegExp(`^M8 payment ${confirmed.paymentId} of reservation ${confirmed.id} owes 0 and 1250 was requested`),
  ],
  [
    'E1: a gap in the sequence of events',
    ({ confirmed }) => [`DELETE FROM messaging.outbox WHERE subject = '${confirmed.id}' AND sequence = 1`],
    ({ confirmed }) => new RegExp(`^E1 ${confirmed.id} has version 2 and events \\{2\\}`),
  ],
  [
    'E1: a change without an event',
    ({ held }) => [`UPDATE reservations.reservations SET version = 2 WHERE id = '${held.id}'`],
    ({ held }) => new RegExp(`^E1 ${held.id} has version 2 and events \\{1\\}`),
  ],
  [
    'E2: an event that was not published',
    ({ held }) => [`UPDATE messaging.outbox SET published_at = NULL WHERE subject = '${held.id}'`],
    ({ held }) => new RegExp(`^E2 reservations.seats-held.v1 .* of ${held.id} is not published`),
  ],
  [
    'E3: an event that a subscriber did not receive',
    () => [`DELETE FROM messaging.inbox WHERE queue = 'reservations.confirm-reservation-when-payment-succeeded'`],
    () => /^E3 reservations.confirm-reservation-when-payment-succeeded has not received payments.payment-succeeded.v1/,
  ],
  [
    'E4: a payment with two outcomes',
    ({ confirmed }) => [
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data, published_at)
       SELECT gen_random_uuid(), type, subject, sequence + 1, now(), data, now() FROM messaging.outbox WHERE subject = '${confirmed.id}' AND type LIKE '%confirmed%'`,
    ],
    ({ confirmed }) => new RegExp(`^E4 payment ${confirmed.paymentId} has 2 outcomes`),
  ],
  [
    'E4: a confirmed reservation without its mail',
    ({ held }) => [
      `INSERT INTO notifications.mails (id, kind, fact_id, facts, requested_at) VALUES ('${newId()}', 'reservation-confirmed', '${held.id}', '{}', now())`,
    ],
    ({ confirmed }) => new RegExp(`^E4 reservation ${confirmed.id} was confirmed and has 0 mails`),
  ],
  [
    'E4: a report without a showtime',
    ({ confirmed }) => [`DELETE FROM reports.showtimes WHERE showtime_id = '${confirmed.showtime.id}'`],
    ({ confirmed }) => new RegExp(`^E4 showtime ${confirmed.showtime.id} has \\d+ seats at .*, the reports say  at`),
  ],
  [
    'E4: a cancelled showtime that is still sold',
    ({ confirmed }) => plantCancelledShowtime(confirmed.showtime.id),
    ({ confirmed }) => new RegExp(`^E4 showtime ${confirmed.showtime.id} was cancelled, its sales are open and it has 0 runs`),
  ],
  [
    'E5: a received message that was not sent',
    () => [`INSERT INTO messaging.inbox (queue, message_id) VALUES ('somewhere', '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11')`],
    () => /^E5 somewhere received 01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11/,
  ],
  [
    'E6: a dead letter',
    () => [
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body) VALUES ('${newId()}', 'q', NULL, 'bad', 1, '')`,
    ],
    () => /^E6 dead letter .* of q: bad/,
  ],
  [
    'E6: a message that found no queue',
    () => [`INSERT INTO messaging.deliveries (queue, message_id, body) VALUES ('${UNROUTED}', '${newId()}', 'about a movie')`],
    () => /^E6 message .* found no queue: about a movie/,
  ],
  [
    'P1: a deadlock that PostgreSQL has counted',
    // A temporary relation comes before the catalog.
    () => [`CREATE TEMPORARY VIEW pg_stat_database AS SELECT current_database() AS datname, 1 AS deadlocks`],
    () => /^P1 PostgreSQL has ended 1 deadlocks/,
  ],
  [
    'R1: a report that counts a seat too many',
    ({ confirmed }) => [`UPDATE reports.reservations SET seats_sold = seats_sold + 1 WHERE reservation_id = '${confirmed.id}'`],
    ({ confirmed }) => new RegExp(`^R1 showtime ${confirmed.showtime.id} sold 2 seats, the reports say 3`),
  ],
  [
    'R1: a report that counts the seats of a cancelled reservation',
    ({ kept }) => [`UPDATE reports.reservations SET seats_sold = 1 WHERE reservation_id = '${kept.id}'`],
    ({ kept }) => new RegExp(`^R1 showtime ${kept.showtime.id} sold 0 seats, the reports say 1`),
  ],
  [
    'R1: a report that lost money',
    ({ confirmed }) => [`DELETE FROM reports.money WHERE payment_id = '${confirmed.paymentId}'`],
    ({ confirmed }) => new RegExp(`^R1 payment ${confirmed.paymentId}: 1250 EUR was kept, the reports say 0`),
  ],
  [
    'R1: a report with money that nobody paid',
    ({ held }) => [
      `INSERT INTO reports.money (id, payment_id, reservation_id, amount, currency, at, sequence)
       VALUES ('${newId()}', '${held.id}', '${held.id}', 1250, 'EUR', now(), 1)`,
    ],
    ({ held }) => new RegExp(`^R1 payment ${held.id}: 0 EUR was kept, the reports say 1250`),
  ],
];
