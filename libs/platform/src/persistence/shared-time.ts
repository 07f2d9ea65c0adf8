/** Time by the clock of the database, which all processes share: for what one process writes and another one waits for (decision 32). */

/** SQL: real time by the database, and so many milliseconds. A stable function, so that an index is searched with it; each statement has its own. */
export function sharedTime(milliseconds: string): string {
  return `(statement_timestamp() + ${milliseconds}::float8 * interval '1 millisecond')`;
}
