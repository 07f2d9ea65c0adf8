# Runs once, when a new volume is initialised: the system gets a role of its own that owns the database and is no superuser.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname movie_reservation --set password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE movie_reservation LOGIN PASSWORD :'password';
ALTER DATABASE movie_reservation OWNER TO movie_reservation;
ALTER SCHEMA public OWNER TO movie_reservation;
SQL
