/** For tests that count what a request sends to PostgreSQL. */

/** What a process asks or says by the clock, also without a request, and what a connection receives at its 2nd, 4th, 8th … statement. */
const BY_THE_CLOCK = /platform\.clock|auth\.revoked_access|pg_notify|^SELECT 1$|^(?:START TRANSACTION; )?DISCARD PLANS$/;

/** The text of what a request sent to `pg.Client.query`; null for what the clock sent. */
export function textOfRequest(statement: unknown): string | null {
  const text = typeof statement === 'string' ? statement : (statement as { text: string }).text;
  return BY_THE_CLOCK.test(text) ? null : text;
}
