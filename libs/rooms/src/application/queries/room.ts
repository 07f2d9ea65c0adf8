import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Seat } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';
import { withVersion } from '@app/platform/persistence/resource-version.js';
import { RoomNotFound } from '../../domain/errors.js';
import { ROOM_COLUMNS, type RoomRow, type RoomWithSeatPlanView, roomView, seatRows } from './room.view.js';

/** Throws `RoomNotFound`. */
export class Room extends Query<RoomWithSeatPlanView> {
  constructor(readonly roomId: string) {
    super();
  }
}

@QueryHandler(Room)
export class RoomHandler implements IQueryHandler<Room> {
  constructor(private readonly database: Database) {}

  async execute({ roomId }: Room): Promise<RoomWithSeatPlanView> {
    const [row] = await this.database.query<RoomRow & { layout: string[]; planSeats: Seat[] }>(
      `SELECT ${ROOM_COLUMNS}, plan.layout, plan.seats AS plan_seats
       FROM rooms.rooms AS room
       JOIN rooms.theatres AS theatre ON theatre.id = room.theatre_id
       JOIN rooms.seat_plans AS plan ON plan.room_id = room.id AND plan.version = room.seat_plan_version
       WHERE room.id = $1`,
      [roomId],
    );
    if (row === undefined) throw new RoomNotFound();
    const seatPlan = { version: row.seatPlanVersion, layout: row.layout, rows: seatRows(row.planSeats) };
    return withVersion({ ...roomView(row), seatPlan }, row.version);
  }
}
