/** For races: two transactions get to the same place before either goes on, however late one of them comes. */

const KEY = 20_261_128;
const POLL_SECONDS = 0.05;

/** PL/pgSQL that waits until a second transaction is there too, or did not come in `seconds`. It stays there until it ends. */
export const meetSecondTransaction = ({ seconds }: { readonly seconds: number }): string => `
  PERFORM pg_advisory_xact_lock_shared(${KEY});
  FOR i IN 1..${Math.round(seconds / POLL_SECONDS)} LOOP
    EXIT WHEN (
      SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
      WHERE locktype = 'advisory' AND objid = ${KEY} AND datname = current_database()
    ) >= 2;
    PERFORM pg_sleep(${POLL_SECONDS});
  END LOOP;`;
