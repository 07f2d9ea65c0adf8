import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Rooms } from '../../domain/rooms.js';

/**
 * What is left out stays as it is. Another cleaning time holds for showtimes that are scheduled from now on. Resolves to whether anything
 * changed.
 */
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
    private readonly transactions: Transactions,
  ) {}

  async execute({ roomId, changes }: ChangeRoom): Promise<boolean> {
    return this.transactions.run(() =>
      this.rooms.change(roomId, (room) => {
        room.change(changes);
        return room.hasChanged;
      }),
    );
  }
}
