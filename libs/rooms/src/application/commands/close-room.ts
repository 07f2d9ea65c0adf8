import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ShowtimesAhead } from '@app/contracts/showtimes.js';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { Rooms } from '../../domain/rooms.js';
import { RoomDetail } from '../queries/room-detail.js';
import type { RoomDetailView } from '../queries/room-view.js';

export class CloseRoom extends Command<RoomDetailView> {
  constructor(
    readonly adminId: string,
    readonly roomId: string,
  ) {
    super();
  }
}

@CommandHandler(CloseRoom)
export class CloseRoomHandler implements ICommandHandler<CloseRoom> {
  constructor(
    private readonly rooms: Rooms,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async execute({ adminId, roomId }: CloseRoom): Promise<RoomDetailView> {
    await this.database.transaction(async () => {
      // Asked inside the transaction, so that nothing is scheduled in the room before this commits.
      const ahead = await this.queries.execute(new ShowtimesAhead({ roomId }));
      const closed = await this.rooms.change(roomId, (room) => {
        room.close(ahead, this.clock.now());
        return room.hasChanged;
      });
      if (closed) await this.audit.record({ actor: adminId, action: 'rooms.close-room', subject: roomId });
    });
    return this.queries.execute(new RoomDetail(roomId));
  }
}
