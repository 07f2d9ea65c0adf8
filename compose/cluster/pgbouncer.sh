# Starts PgBouncer in a container. It takes passwords from a file only; a quote in it is written twice.
umask 077
printf '"movie_reservation" "%s"\n' "$(printf %s "$DATABASE_PASSWORD" | sed 's/"/""/g')" > /tmp/users
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
