import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { TheatreNotFound } from '../../domain/errors.js';
import { Room } from '../../domain/room.js';
import { Rooms } from '../../domain/rooms.js';
import { type PlanRequest, requestedPlan } from '../../domain/seat-plan.js';
import { Theatres } from '../../domain/theatres.js';
import { RoomDetail } from '../queries/room-detail.js';
import type { RoomDetailView } from '../queries/room-view.js';

export class OpenRoom extends Command<RoomDetailView> {
  constructor(
    readonly theatreId: string,
    readonly request: { readonly name: string; readonly cleaningMinutes: number; readonly seatPlan: PlanRequest },
  ) {
    super();
  }
}

@CommandHandler(OpenRoom)
export class OpenRoomHandler implements ICommandHandler<OpenRoom> {
  constructor(
    private readonly theatres: Theatres,
    private readonly rooms: Rooms,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async execute({ theatreId, request: { name, cleaningMinutes, seatPlan } }: OpenRoom): Promise<RoomDetailView> {
    return this.database.once(async () => {
      if (!(await this.theatres.exists(theatreId))) throw new TheatreNotFound();
      const room = Room.open({ theatreId, name, cleaningMinutes, plan: requestedPlan(seatPlan) }, this.clock.now());
      await this.rooms.add(room);
      return this.queries.execute(new RoomDetail(room.id));
    });
  }
}
