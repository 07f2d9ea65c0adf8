/** What a decision sees besides its reservation. It is read under locks that keep it true until the transaction ends. */

/** Whether a showtime is sold, and the lowest version of its terms that still counts. */
export interface SalesStatus {
  readonly closed: boolean;
  readonly version: number;
}

/** The sales status of a showtime that was never moved or cancelled. */
export const OPEN_SALES: SalesStatus = { closed: false, version: 0 };

/** What two sources know together: sales that one of them knows to be closed are closed, and the higher version counts. */
export function strictest(a: SalesStatus, b: SalesStatus): SalesStatus {
  return { closed: a.closed || b.closed, version: Math.max(a.version, b.version) };
}

/** What became of a showtime since its seats were held: `moved` to another time or room, or `cancelled`. */
export type ReservedShowtime = 'on-sale' | 'cancelled' | 'moved';

/** `showtimeVersion`: the version of the terms that the seats were held on. */
export function reservedShowtime(showtimeVersion: number, { closed, version }: SalesStatus): ReservedShowtime {
  if (closed) return 'cancelled';
  return showtimeVersion < version ? 'moved' : 'on-sale';
}

/** What a customer has of the showtime, and holds of all showtimes. */
export interface CustomerUsage {
  readonly liveHolds: number;
  readonly activeSeats: number;
  /** The time of a live hold has ended: expiring it makes room. */
  readonly blockedByExpiredHold: boolean;
  /** How long those holds of the showtime lasted that ended without a payment since `HoldRequest.unpaidHoldsAfter`. */
  readonly unpaidHoldMs: number;
  readonly ofAllShowtimes: { readonly liveHolds: number; readonly blockedByExpiredHold: boolean };
}

/** Which of the wanted seats somebody has. */
interface TakenSeats {
  readonly labels: readonly string[];
  /** One of them belongs to a hold whose time has ended: expiring it may free the seat. */
  readonly blockedByExpiredHold: boolean;
}

/** For a change of seats, the customer's usage and the taken seats leave the reservation itself out. */
export interface HoldSituation {
  readonly salesStatus: SalesStatus;
  readonly customerUsage: CustomerUsage;
  readonly seatsTaken: TakenSeats;
}

export interface ChangeSituation {
  readonly salesStatus: SalesStatus;
}

export interface SettlementSituation extends ChangeSituation {
  /** The reservation had expired and has all its seats again. */
  readonly seatsReclaimed: boolean;
}
