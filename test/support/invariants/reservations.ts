/** Invariants of reservations (H), their seats (S) and the payments they know of (M). Each statement returns one row a breach. */
const STATUSES_WITH_SEATS = `('held', 'confirmed', 'completed')`;
const END_EVENTS = `('reservations.hold-expired.v1', 'reservations.reservation-cancelled.v1', 'reservations.reservation-completed.v1')`;

export const RESERVATION_INVARIANTS: Readonly<Record<string, string>> = {
  // A seat of a showtime has at most one owner.
  S1: `SELECT format('seat %s of showtime %s has %s owners: %s', seat, showtime_id, count(*), string_agg(reservation_id::text, ', ')) AS breach
       FROM reservations.seat_claims GROUP BY showtime_id, seat HAVING count(*) > 1`,
  // Every seat claim belongs to a reservation that may own seats.
  S2: `SELECT format('seat %s of showtime %s belongs to reservation %s, which is %s', c.seat, c.showtime_id, c.reservation_id, coalesce(r.status, 'not there')) AS breach
       FROM reservations.seat_claims c LEFT JOIN reservations.reservations r ON r.id = c.reservation_id
       WHERE r.status IS NULL OR r.status NOT IN ${STATUSES_WITH_SEATS}`,
  // A reservation that may own seats owns exactly its seats.
  S3: `SELECT format('reservation %s is %s and has paid or held %s but owns %s', r.id, r.status, wanted.seats, owned.seats) AS breach
       FROM reservations.reservations r
       CROSS JOIN LATERAL (SELECT array_agg(seat->>'label' ORDER BY seat->>'label' COLLATE "C") AS seats FROM jsonb_array_elements(r.seats) seat) wanted
       CROSS JOIN LATERAL (SELECT coalesce(array_agg(c.seat::text ORDER BY c.seat), '{}') AS seats
                           FROM reservations.seat_claims c WHERE c.reservation_id = r.id AND c.showtime_id = r.showtime_id) owned
       WHERE r.status IN ${STATUSES_WITH_SEATS} AND wanted.seats <> owned.seats`,
  // No hold is older than its end. Five seconds are left for the sweep.
  H1: `SELECT format('reservation %s is held though its time ended at %s', id, held_until) AS breach FROM reservations.reservations, platform.clock
       WHERE status = 'held' AND held_until + interval '5 seconds' < clock_timestamp() + offset_ms * interval '1 millisecond'`,
  // A reservation that ended has exactly one event that says so since its last confirmation, and no other reservation has one.
  H2: `SELECT format('reservation %s is %s and ended by %s', r.id, r.status, endings.types) AS breach
       FROM reservations.reservations r
       CROSS JOIN LATERAL (
         SELECT coalesce(array_agg(o.type ORDER BY o.sequence), '{}') AS types FROM messaging.outbox o
         WHERE o.subject = r.id AND o.type IN ${END_EVENTS} AND o.sequence > (
           SELECT coalesce(max(sequence), 0) FROM messaging.outbox WHERE subject = r.id AND type = 'reservations.reservation-confirmed.v1')) endings
       WHERE endings.types <> CASE r.status
         WHEN 'expired' THEN ARRAY['reservations.hold-expired.v1']
         -- A completed one is cancelled where the showtime turns out to be cancelled.
         WHEN 'cancelled' THEN CASE WHEN endings.types[1] = 'reservations.reservation-completed.v1'
           THEN ARRAY['reservations.reservation-completed.v1', 'reservations.reservation-cancelled.v1']
           ELSE ARRAY['reservations.reservation-cancelled.v1'] END
         WHEN 'completed' THEN ARRAY['reservations.reservation-completed.v1']
         ELSE '{}'::text[] END`,
  // A confirmed reservation that costs money was paid by exactly one payment of its own.
  M4: `SELECT format('reservation %s is %s for %s %s and has %s payments of its own', r.id, r.status, r.total, r.currency, own.payments) AS breach
       FROM reservations.reservations r
       CROSS JOIN LATERAL (SELECT count(*) AS payments, bool_and(o.payment_id = r.payment_id) AS known FROM reservations.payment_outcomes o
                           WHERE o.reservation_id = r.id AND o.outcome IN ('confirmed', 'confirmed-late')) own
       WHERE r.status IN ('confirmed', 'completed') AND r.total > 0 AND (own.payments <> 1 OR own.known IS NOT true)`,
  // Every settled payment has an outcome.
  M6: `SELECT format('payment %s for reservation %s has succeeded and no outcome', p.id, p.reservation_id) AS breach
       FROM payments.payments p LEFT JOIN reservations.payment_outcomes o ON o.payment_id = p.id WHERE p.settled_at IS NOT NULL AND o.outcome IS NULL`,
};
