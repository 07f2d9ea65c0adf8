CREATE SCHEMA bare;
CREATE TABLE bare.reservations (id uuid PRIMARY KEY, customer_id uuid NOT NULL, showtime_id uuid NOT NULL, seats jsonb NOT NULL,
  held_until timestamptz NOT NULL, status text NOT NULL DEFAULT 'held');
CREATE INDEX ON bare.reservations (customer_id, id);
CREATE INDEX ON bare.reservations (held_until) WHERE status = 'held';
CREATE TABLE bare.claims (showtime_id uuid NOT NULL, seat text COLLATE "C" NOT NULL, reservation_id uuid NOT NULL, PRIMARY KEY (showtime_id, seat));
CREATE TABLE bare.outbox (position bigserial PRIMARY KEY, id uuid NOT NULL UNIQUE, type text NOT NULL, subject uuid NOT NULL, data jsonb NOT NULL,
  time timestamptz NOT NULL DEFAULT now(), published_at timestamptz);
