import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Seat } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';
import { RoomNotFound } from '../../domain/errors.js';
import { ROOM_COLUMNS, type RoomDetailView, type RoomRow, rowsOfSeats, viewOfRoom } from './room-view.js';

export class RoomDetail extends Query<RoomDetailView> {
  constructor(readonly roomId: string) {
    super();
  }
}

@QueryHandler(RoomDetail)
export class RoomDetailHandler implements IQueryHandler<RoomDetail> {
  constructor(private readonly database: Database) {}

  async execute({ roomId }: RoomDetail): Promise<RoomDetailView> {
    const [row] = await this.database.query<RoomRow & { layout: string[]; planSeats: Seat[] }>(
      `SELECT ${ROOM_COLUMNS}, plan.layout, plan.seats AS "planSeats"
       FROM rooms.rooms AS room
       JOIN rooms.theatres AS theatre ON theatre.id = room.theatre_id
       JOIN rooms.seat_plans AS plan ON plan.room_id = room.id AND plan.version = room.seat_plan_version
       WHERE room.id = $1`,
      [roomId],
    );
    if (row === undefined) throw new RoomNotFound();
    return { ...viewOfRoom(row), seatPlan: { version: row.seatPlanVersion, layout: row.layout, rows: rowsOfSeats(row.planSeats) } };
  }
}
