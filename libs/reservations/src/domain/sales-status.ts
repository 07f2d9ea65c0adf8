/** Whether a showtime is sold, and on which version of its terms, as far as reservations knows. */

/** Whether a showtime is sold, and the lowest version of its terms that still counts. */
export interface SalesStatus {
  readonly closed: boolean;
  readonly version: number;
}

/** The sales status of a showtime that was never moved or cancelled. */
export const OPEN_SALES: SalesStatus = { closed: false, version: 0 };

/** What two sources know together: sales that one of them knows to be closed are closed, and the higher version counts. */
export function strictestSalesStatus(a: SalesStatus, b: SalesStatus): SalesStatus {
  return { closed: a.closed || b.closed, version: Math.max(a.version, b.version) };
}

/** What became of a showtime since its seats were held: `moved` to another time or room, or `cancelled`. */
export type ShowtimeSinceHold = 'on-sale' | 'cancelled' | 'moved';

/** `showtimeVersion`: the version of the terms that the seats were held on. */
export function showtimeSinceHold(showtimeVersion: number, { closed, version }: SalesStatus): ShowtimeSinceHold {
  if (closed) return 'cancelled';
  return showtimeVersion < version ? 'moved' : 'on-sale';
}
