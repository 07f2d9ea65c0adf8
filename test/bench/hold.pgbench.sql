-- What a hold must store, in one transaction: a reservation, two claims, an event.
\set n random(1, 2000000000)
\set show random(1, 1000000)
\set seat random(1, 1000000)
BEGIN;
INSERT INTO bare.reservations (id, customer_id, showtime_id, seats, held_until) VALUES (md5((:n)::text)::uuid, md5((:seat)::text)::uuid, md5((:show)::text)::uuid, '[{"label":"A1","price":{"amount":1200,"currency":"EUR"}},{"label":"A2","price":{"amount":1200,"currency":"EUR"}}]', now() + interval '30 minutes') ON CONFLICT DO NOTHING;
INSERT INTO bare.claims (showtime_id, seat, reservation_id) VALUES (md5((:show)::text)::uuid, 'A' || (:seat)::text, md5((:n)::text)::uuid), (md5((:show)::text)::uuid, 'B' || (:seat)::text, md5((:n)::text)::uuid) ON CONFLICT DO NOTHING;
INSERT INTO bare.outbox (id, type, subject, data) VALUES (gen_random_uuid(), 'reservations.seats-held.v1', md5((:n)::text)::uuid, '{"reservationId":"x","seats":["A1","A2"]}');
COMMIT;
