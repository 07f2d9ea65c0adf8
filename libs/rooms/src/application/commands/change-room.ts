import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { changedFields } from '@app/kernel/changed-fields.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Rooms } from '../../domain/rooms.js';

type ChangedFields = Record<string, unknown> | null;

/** What is left out stays as it is. Another cleaning time holds for every showtime that has not started. Resolves to the stored values that differ, or null. */
export class ChangeRoom extends Command<ChangedFields> implements AdminCommand<ChangedFields> {
  constructor(
    readonly adminId: string,
    readonly roomId: string,
    readonly changes: { readonly name?: string; readonly cleaningMinutes?: number },
  ) {
    super();
  }

  auditEntry(changed: ChangedFields) {
    return changed === null ? null : { action: 'rooms.change-room', subject: this.roomId, details: changed };
  }
}

@CommandHandler(ChangeRoom)
export class ChangeRoomHandler implements ICommandHandler<ChangeRoom> {
  constructor(
    private readonly rooms: Rooms,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ roomId, changes }: ChangeRoom): Promise<ChangedFields> {
    return this.transactions.run(async () => {
      // In this transaction: until the room has the new cleaning time, nothing is scheduled that would overlap with it.
      const { cleaningMinutes } = changes;
      const overlappingShowtimes =
        cleaningMinutes === undefined ? [] : await this.queries.execute(new ShowtimesThatWouldOverlap({ roomId, cleaningMinutes }));
      return this.rooms.change(roomId, (room) => {
        const before = room.state;
        room.change(changes, { overlappingShowtimes });
        return changedFields(before, room.state, ['name', 'cleaningMinutes']);
      });
    });
  }
}
