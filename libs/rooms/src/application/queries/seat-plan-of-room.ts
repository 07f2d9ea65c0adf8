import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { SeatPlanOfRoom, type RoomSeats } from '@app/contracts/rooms.js';
import { Database } from '@app/platform/persistence/database.js';
import { gridOf, type SeatPlan } from '../../domain/seat-plan.js';

@QueryHandler(SeatPlanOfRoom)
export class SeatPlanOfRoomHandler implements IQueryHandler<SeatPlanOfRoom> {
  constructor(private readonly database: Database) {}

  async execute({ roomId, version }: SeatPlanOfRoom): Promise<RoomSeats | null> {
    const [plan] = await this.database.query<SeatPlan>('SELECT layout, seats FROM rooms.seat_plans WHERE room_id = $1 AND version = $2', [
      roomId,
      version,
    ]);
    return plan === undefined ? null : { roomId, version, grid: gridOf(plan), seats: plan.seats };
  }
}
