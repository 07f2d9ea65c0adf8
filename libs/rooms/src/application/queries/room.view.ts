import { ApiProperty } from '@nestjs/swagger';
import type { Seat } from '@app/contracts/rooms.js';
import { PageInfo } from '@app/platform/http/page.view.js';
import { seatPlanOf } from '../../domain/seat-plan.js';

class TheatreOfRoomView {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
  /** @example "EUR" */
  currency!: string;
}

class SeatView {
  /** @example "A3" */
  label!: string;
  /** @example "A" */
  row!: string;
  /** @example 3 */
  number!: number;
  /**
   * Column of the grid from 1. Gaps are counted.
   * @example 4
   */
  column!: number;
  /** @example "standard" */
  category!: 'standard' | 'premium';
  /** @example false */
  accessible!: boolean;
  /** @example false */
  companion!: boolean;
}

class SeatRowView {
  /** @example "A" */
  row!: string;
  seats!: SeatView[];
}

class SeatPlanView {
  /** @example 1 */
  version!: number;
  /**
   * As in a request, all rows of one length.
   * @example ["ss.ss", "wc.pp"]
   */
  layout!: string[];
  @ApiProperty({ example: seatRows(seatPlanOf(['ss.ss', 'wc.pp']).seats) })
  rows!: SeatRowView[];
}

export class RoomView {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b12" */
  id!: string;
  /** @example "open" */
  status!: 'open' | 'closed';
  theatre!: TheatreOfRoomView;
  /** @example "Room 1" */
  name!: string;
  /** @example 15 */
  cleaningMinutes!: number;
  /**
   * In the current seat plan.
   * @example 8
   */
  seats!: number;
  /** @example 1 */
  seatPlanVersion!: number;
}

export class RoomWithSeatPlanView extends RoomView {
  seatPlan!: SeatPlanView;
}

export class RoomsResponse {
  data!: RoomView[];
  page!: PageInfo;
}

export interface RoomRow {
  id: string;
  version: number;
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

/** Of `rooms.rooms AS room JOIN rooms.theatres AS theatre`: the columns of a `RoomRow`. */
export const ROOM_COLUMNS = `room.id, room.version, room.closed_at IS NOT NULL AS closed, room.name, room.cleaning_minutes, room.seats,
  room.seat_plan_version, theatre.id AS theatre_id, theatre.name AS theatre_name, theatre.time_zone, theatre.currency`;

export function roomView(row: RoomRow): RoomView {
  return {
    id: row.id,
    status: row.closed ? 'closed' : 'open',
    theatre: theatreOf(row),
    name: row.name,
    cleaningMinutes: row.cleaningMinutes,
    seats: row.seats,
    seatPlanVersion: row.seatPlanVersion,
  };
}

export function theatreOf({ theatreId, theatreName, timeZone, currency }: RoomRow): TheatreOfRoomView {
  return { id: theatreId, name: theatreName, timeZone, currency };
}

/** The seats of each row together. `seats` is sorted by row already. */
export function seatRows(seats: readonly Seat[]): SeatRowView[] {
  const rows: SeatRowView[] = [];
  for (const seat of seats) {
    const last = rows.at(-1);
    if (last?.row === seat.row) last.seats.push(seat);
    else rows.push({ row: seat.row, seats: [seat] });
  }
  return rows;
}
