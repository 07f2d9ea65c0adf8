import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { TheatreNotFound } from '../../domain/errors.js';
import { Room } from '../../domain/room.js';
import { Rooms } from '../../domain/rooms.js';
import { type PlanRequest, requestedPlan } from '../../domain/seat-plan.js';
import { Theatres } from '../../domain/theatres.js';
import { Room as RoomQuery } from '../queries/room.js';
import type { RoomWithSeatPlanView } from '../queries/room.view.js';

export class OpenRoom extends Command<RoomWithSeatPlanView> implements AdminCommand<RoomWithSeatPlanView> {
  constructor(
    readonly adminId: string,
    readonly theatreId: string,
    readonly details: { readonly name: string; readonly cleaningMinutes: number; readonly seatPlan: PlanRequest },
  ) {
    super();
  }

  auditEntry({ id, name, cleaningMinutes, seats }: RoomWithSeatPlanView) {
    return { action: 'rooms.open-room', subject: id, details: { theatreId: this.theatreId, name, cleaningMinutes, seats } };
  }
}

@CommandHandler(OpenRoom)
export class OpenRoomHandler implements ICommandHandler<OpenRoom> {
  constructor(
    private readonly theatres: Theatres,
    private readonly rooms: Rooms,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ theatreId, details: { name, cleaningMinutes, seatPlan } }: OpenRoom): Promise<RoomWithSeatPlanView> {
    return this.transactions.idempotently(async () => {
      if (!(await this.theatres.exists(theatreId))) throw new TheatreNotFound();
      const room = Room.open({ theatreId, name, cleaningMinutes, plan: requestedPlan(seatPlan) }, this.clock.now());
      await this.rooms.add(room);
      return this.queries.execute(new RoomQuery(room.id));
    });
  }
}
