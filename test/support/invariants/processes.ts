/** Invariants of processes (P). What they print is searched at the end of the suite that started them. Each statement returns one row a breach. */
export const PROCESS_INVARIANTS: Readonly<Record<string, string>> = {
  // No transaction was ended by a deadlock. PostgreSQL counts one shortly after it happened.
  P1: `SELECT format('PostgreSQL has ended %s deadlocks', deadlocks) AS breach FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0`,
};
