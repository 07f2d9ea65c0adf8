import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Rooms } from '../../domain/rooms.js';

/** What is left out stays as it is. Another cleaning time holds for every showtime that has not started. Resolves to whether anything changed. */
export class ChangeRoom extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly roomId: string,
    readonly changes: { readonly name?: string; readonly cleaningMinutes?: number },
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'rooms.change-room', subject: this.roomId, details: this.changes } : null;
  }
}

@CommandHandler(ChangeRoom)
export class ChangeRoomHandler implements ICommandHandler<ChangeRoom> {
  constructor(
    private readonly rooms: Rooms,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ roomId, changes }: ChangeRoom): Promise<boolean> {
    return this.transactions.run(async () => {
      // In this transaction: until the room has the new cleaning time, nothing is scheduled that would overlap with it.
      const { cleaningMinutes } = changes;
      const overlappingShowtimes =
        cleaningMinutes === undefined ? [] : await this.queries.execute(new ShowtimesThatWouldOverlap({ roomId, cleaningMinutes }));
      return this.rooms.change(roomId, (room) => {
        room.change(changes, { overlappingShowtimes });
        return room.hasChanged;
      });
    });
  }
}
