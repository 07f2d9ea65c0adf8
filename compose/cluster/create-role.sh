# Patroni runs it once, on the first primary: the system gets a role that is no superuser, and a database. $1 says where to connect.
# The role has the time-outs, because PgBouncer passes none on.
psql "$1" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE movie_reservation LOGIN PASSWORD :'password';
ALTER ROLE movie_reservation SET statement_timeout = '5s';
ALTER ROLE movie_reservation SET lock_timeout = '2s';
ALTER ROLE movie_reservation SET idle_in_transaction_session_timeout = '10s';
CREATE DATABASE movie_reservation OWNER movie_reservation;
SQL
