import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Rooms } from '../../domain/rooms.js';
import { type PlanRequest, requestedPlan } from '../../domain/seat-plan.js';

interface LaidOutSeats {
  readonly seatPlanVersion: number;
  readonly seats: number;
}

/** Adds a version of a room's seats. Showtimes that were scheduled before keep theirs. */
export class LayOutSeats extends Command<LaidOutSeats> implements AdminCommand<LaidOutSeats> {
  constructor(
    readonly adminId: string,
    readonly roomId: string,
    readonly seatPlan: PlanRequest,
  ) {
    super();
  }

  auditEntry({ seatPlanVersion, seats }: LaidOutSeats) {
    return { action: 'rooms.lay-out-seats', subject: this.roomId, details: { seatPlanVersion, seats } };
  }
}

@CommandHandler(LayOutSeats)
export class LayOutSeatsHandler implements ICommandHandler<LayOutSeats> {
  constructor(
    private readonly rooms: Rooms,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
  ) {}

  async execute({ roomId, seatPlan }: LayOutSeats): Promise<LaidOutSeats> {
    const plan = requestedPlan(seatPlan);
    return this.transactions.run(() =>
      this.rooms.change(roomId, (room) => {
        room.layOut(plan, this.clock.now());
        const { seatPlanVersion, seats } = room.state;
        return { seatPlanVersion, seats };
      }),
    );
  }
}
