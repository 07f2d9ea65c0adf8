/** What customers of a drill come for: showtimes of 500 seats each. */
import type { HttpClient } from '../support/http-client.js';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Through the API: rows of SQL would have no events, and break the invariants. */
export async function createShowtimes(client: HttpClient, count: number): Promise<string[]> {
  const { showtimeId, movieId, roomId, startsAt } = await client.createShowtime({ rows: 20, seatsPerRow: 25 });
  const token = await client.adminToken();
  const ids = [showtimeId];
  for (let number = 1; number < count; number++) {
    const start = new Date(Date.parse(startsAt) + number * FOUR_HOURS_MS).toISOString();
    const body = { movieId, roomId, startsAt: start, prices: { standard: 1_250 } };
    ids.push((await client.expectOk('POST', '/showtimes', { token, body })).id as string);
  }
  return ids;
}
