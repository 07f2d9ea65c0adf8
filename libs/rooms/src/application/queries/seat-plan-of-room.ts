import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { SeatPlanOfRoom, type RoomSeats, type Seat } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(SeatPlanOfRoom)
export class SeatPlanOfRoomHandler implements IQueryHandler<SeatPlanOfRoom> {
  constructor(private readonly database: Database) {}

  async execute({ roomId, version }: SeatPlanOfRoom): Promise<RoomSeats | null> {
    const [row] = await this.database.query<{ seats: Seat[] }>('SELECT seats FROM rooms.seat_plans WHERE room_id = $1 AND version = $2', [
      roomId,
      version,
    ]);
    return row === undefined ? null : { roomId, version, seats: row.seats };
  }
}
