import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Rooms } from '../../domain/rooms.js';
import { type PlanRequest, requestedPlan } from '../../domain/seat-plan.js';
import { RoomDetail } from '../queries/room-detail.js';
import type { RoomDetailView } from '../queries/room-view.js';

/** A new version of a room's seats; showtimes scheduled before keep theirs. */
export class LayOutSeats extends Command<RoomDetailView> {
  constructor(
    readonly roomId: string,
    readonly seatPlan: PlanRequest,
  ) {
    super();
  }
}

@CommandHandler(LayOutSeats)
export class LayOutSeatsHandler implements ICommandHandler<LayOutSeats> {
  constructor(
    private readonly rooms: Rooms,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
  ) {}

  async execute({ roomId, seatPlan }: LayOutSeats): Promise<RoomDetailView> {
    const plan = requestedPlan(seatPlan);
    await this.rooms.change(roomId, (room) => room.layOut(plan, this.clock.now()));
    return this.queries.execute(new RoomDetail(roomId));
  }
}
