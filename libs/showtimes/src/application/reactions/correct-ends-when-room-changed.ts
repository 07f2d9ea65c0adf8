import { RoomChanged } from '@app/contracts/rooms.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ShowtimeEnds } from '../showtime-ends.js';

/** Reads the cleaning time as it is now: an event that comes late or twice changes nothing more. */
@Subscribe(RoomChanged, { queue: 'showtimes.correct-ends-when-room-changed', alone: true })
export class CorrectEndsWhenRoomChanged implements Reaction<RoomChanged> {
  constructor(private readonly ends: ShowtimeEnds) {}

  async handle({ data: { roomId, cleaningMinutes } }: RoomChanged, { time: at }: EventContext): Promise<void> {
    await this.ends.correct({ roomId }, { to: { cleaningMinutes }, at });
  }
}
