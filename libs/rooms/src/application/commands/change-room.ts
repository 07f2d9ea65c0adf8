import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { Rooms } from '../../domain/rooms.js';
import { RoomDetail } from '../queries/room-detail.js';
import type { RoomDetailView } from '../queries/room-view.js';

/** The name at once; another cleaning time counts for showtimes scheduled from now on. */
export class ChangeRoom extends Command<RoomDetailView> {
  constructor(
    readonly roomId: string,
    readonly wanted: { readonly name?: string; readonly cleaningMinutes?: number },
  ) {
    super();
  }
}

@CommandHandler(ChangeRoom)
export class ChangeRoomHandler implements ICommandHandler<ChangeRoom> {
  constructor(
    private readonly rooms: Rooms,
    private readonly queries: QueryBus,
  ) {}

  async execute({ roomId, wanted }: ChangeRoom): Promise<RoomDetailView> {
    await this.rooms.change(roomId, (room) => room.change(wanted));
    return this.queries.execute(new RoomDetail(roomId));
  }
}
