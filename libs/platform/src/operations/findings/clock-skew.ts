/** How far the clock of this machine and that of the database are apart. All processes share the database, so its clock is the one to compare with. */

/** Tokens and signatures of webhooks allow for minutes, the order of events of several machines for less. */
export const MAX_SKEW_MS = 2_000;

/**
 * Returns by how many milliseconds the database is ahead; negative where it is behind. The database read its clock between question and answer: what
 * the question took is no difference, however long that is.
 */
export async function clockSkewMs(ask: () => Promise<Date>): Promise<number> {
  const askedAt = Date.now();
  const answered = (await ask()).getTime();
  return answered < askedAt ? answered - askedAt : Math.max(0, answered - Date.now());
}
