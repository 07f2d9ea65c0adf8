import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { RoomsByIds, type RoomSummary } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';
import type { SeatsByCategory } from '../../domain/seat-plan.js';
import { ROOM_COLUMNS, type RoomRow, theatreOf } from './room.view.js';

@QueryHandler(RoomsByIds)
export class RoomsByIdsHandler implements IQueryHandler<RoomsByIds> {
  constructor(private readonly database: Database) {}

  async execute({ roomIds }: RoomsByIds): Promise<RoomSummary[]> {
    const rows = await this.database.byKeys<RoomRow & { seatsByCategory: SeatsByCategory }>(
      `SELECT ${ROOM_COLUMNS}, plan.seats_by_category
       FROM rooms.rooms AS room
       JOIN rooms.theatres AS theatre ON theatre.id = room.theatre_id
       JOIN rooms.seat_plans AS plan ON plan.room_id = room.id AND plan.version = room.seat_plan_version
       WHERE room.id = ANY ($1::uuid[])`,
      roomIds,
      'id',
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      closed: row.closed,
      cleaningMinutes: row.cleaningMinutes,
      seatPlanVersion: row.seatPlanVersion,
      seatsByCategory: row.seatsByCategory,
      theatre: theatreOf(row),
    }));
  }
}
