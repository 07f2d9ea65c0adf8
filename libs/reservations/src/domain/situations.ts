/** What a decision sees besides its reservation. It is read under locks that keep it true until the transaction ends. */
import type { SalesStatus } from './sales-status.js';

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
