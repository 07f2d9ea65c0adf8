/**
 * PostgreSQL keeps the plan of a prepared statement until it has counted the tables anew, which takes it a minute or more. A plan that was made while a
 * table was empty reads all of it, and an on-sale fills it in seconds.
 */
import type { ClientBase } from 'pg';

/** By connection: how many prepared statements it was sent. */
const uses = new WeakMap<ClientBase, number>();

/**
 * Call it before each prepared statement. A connection drops its plans at the 2nd, 4th, 8th … use: a table grows with its uses, so that no plan is older
 * than half of what the connection did, and each costs the planner little: 20 times in a million uses.
 */
export async function renewPlans(connection: ClientBase): Promise<void> {
  const use = (uses.get(connection) ?? 0) + 1;
  uses.set(connection, use);
  if (use > 1 && isPowerOfTwo(use)) await connection.query('DISCARD PLANS');
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
