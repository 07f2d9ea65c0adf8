import type { Seat } from '@app/contracts/rooms.js';

export interface RoomView {
  id: string;
  status: 'open' | 'closed';
  theatre: { id: string; name: string; timeZone: string; currency: string };
  name: string;
  cleaningMinutes: number;
  seats: number;
  seatPlanVersion: number;
}

export interface SeatRowView {
  row: string;
  seats: Seat[];
}

export interface RoomDetailView extends RoomView {
  seatPlan: { version: number; layout: string[]; rows: SeatRowView[] };
}

export interface RoomRow {
  id: string;
  closed: boolean;
  name: string;
  cleaningMinutes: number;
  seats: number;
  seatPlanVersion: number;
  theatreId: string;
  theatreName: string;
  timeZone: string;
  currency: string;
}

/** Of `rooms.rooms AS room JOIN rooms.theatres AS theatre`. */
export const ROOM_COLUMNS = `room.id, room.closed_at IS NOT NULL AS closed, room.name, room.cleaning_minutes,
  room.seats, room.seat_plan_version,
  theatre.id AS "theatreId", theatre.name AS "theatreName", theatre.time_zone, theatre.currency`;

export function viewOfRoom(row: RoomRow): RoomView {
  return {
    id: row.id,
    status: row.closed ? 'closed' : 'open',
    theatre: { id: row.theatreId, name: row.theatreName, timeZone: row.timeZone, currency: row.currency },
    name: row.name,
    cleaningMinutes: row.cleaningMinutes,
    seats: row.seats,
    seatPlanVersion: row.seatPlanVersion,
  };
}

/** Seats come row by row; this only puts each row's together. */
export function rowsOfSeats(seats: readonly Seat[]): SeatRowView[] {
  const rows: SeatRowView[] = [];
  for (const seat of seats) {
    const last = rows.at(-1);
    if (last?.row === seat.row) last.seats.push(seat);
    else rows.push({ row: seat.row, seats: [seat] });
  }
  return rows;
}
