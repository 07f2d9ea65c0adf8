import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Rooms } from '../../domain/rooms.js';

/** Resolves to whether the room was open. */
export class CloseRoom extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly roomId: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'rooms.close-room', subject: this.roomId } : null;
  }
}

@CommandHandler(CloseRoom)
export class CloseRoomHandler implements ICommandHandler<CloseRoom> {
  constructor(
    private readonly rooms: Rooms,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ roomId }: CloseRoom): Promise<boolean> {
    return this.transactions.run(async () => {
      // Inside the transaction: nothing is scheduled in the room until it commits.
      const showtimesAhead = await this.queries.execute(new ShowtimesAhead({ roomId }));
      return this.rooms.change(roomId, (room) => {
        room.close({ showtimesAhead, now: this.clock.now() });
        return room.hasChanged;
      });
    });
  }
}
