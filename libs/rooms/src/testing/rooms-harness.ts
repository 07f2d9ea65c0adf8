/** The commands of the rooms context on fakes, executed as the API executes them. */
import { type Command, CommandBus } from '@nestjs/cqrs';
import { EverScheduledIn, type OverlappingShowtime, ShowtimesAhead, ShowtimesThatWouldOverlap } from '@app/contracts/showtimes.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { HeldRight } from '@app/platform/testing/held-right.js';
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { roomsHandlers } from '../application/handlers.js';
import { Room as RoomQuery } from '../application/queries/room.js';
import type { RoomWithSeatPlanView } from '../application/queries/room.view.js';
import type { Room } from '../domain/room.js';
import { Rooms } from '../domain/rooms.js';
import type { Theatre } from '../domain/theatre.js';
import { Theatres } from '../domain/theatres.js';
import { TimeZones } from '../domain/time-zones.js';
import { NOW } from './builders.js';
import { FakeTimeZones } from './fake-time-zones.js';
import { InMemoryRooms } from './in-memory-rooms.js';
import { InMemoryTheatres } from './in-memory-theatres.js';

export class RoomsHarness {
  readonly adminId = newId();
  readonly theatres = new InMemoryTheatres();
  readonly rooms = new InMemoryRooms();
  readonly audit = new InMemoryAuditTrail();
  /** Queries of the showtimes context, in order. */
  readonly asked: (EverScheduledIn | ShowtimesAhead | ShowtimesThatWouldOverlap)[] = [];
  /** What the showtimes context answers. */
  readonly showtimes = { everScheduled: false, ahead: 0, overlapping: [] as OverlappingShowtime[] };
  readonly #admin: AdminCommands;

  private constructor() {
    const bus = new InMemoryBus({
      handlers: roomsHandlers,
      providers: [
        [Theatres, this.theatres],
        [Rooms, this.rooms],
        [TimeZones, new FakeTimeZones()],
        [Clock, new FixedClock(NOW)],
      ],
    })
      .answer(RoomQuery, ({ roomId }) => ({ id: roomId, ...this.rooms.states.get(roomId) }) as unknown as RoomWithSeatPlanView)
      .answer(EverScheduledIn, (query) => {
        this.asked.push(query);
        return this.showtimes.everScheduled;
      })
      .answer(ShowtimesAhead, (query) => {
        this.asked.push(query);
        return this.showtimes.ahead;
      })
      .answer(ShowtimesThatWouldOverlap, (query) => {
        this.asked.push(query);
        return this.showtimes.overlapping;
      });
    this.#admin = new AdminCommands(bus.get(CommandBus), new ImmediateTransactions(), this.audit, new HeldRight());
  }

  /** With these stored. Their events and seat plans are forgotten. */
  static async with({ theatres = [], rooms = [] }: { theatres?: readonly Theatre[]; rooms?: readonly Room[] } = {}): Promise<RoomsHarness> {
    const harness = new RoomsHarness();
    for (const theatre of theatres) await harness.theatres.add(theatre);
    for (const room of rooms) await harness.rooms.add(room);
    for (const list of [harness.theatres.recorded, harness.rooms.recorded, harness.rooms.plans]) list.length = 0;
    return harness;
  }

  execute<Result>(command: Command<Result> & AdminCommand<Result>): Promise<Result> {
    return this.#admin.execute(command);
  }
}
