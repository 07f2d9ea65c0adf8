/** The handlers of the showtimes context on fakes. Commands are executed as the API executes them. */
import { type Command, CommandBus } from '@nestjs/cqrs';
import { type MovieSummary, MoviesByIds, MoviesByTitles } from '@app/contracts/movies.js';
import { SeatsTakenOf } from '@app/contracts/reservations.js';
import { RoomsByIds, RoomsByNames, type RoomSummary } from '@app/contracts/rooms.js';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { InMemoryAlerts } from '@app/kernel/testing/in-memory-alerts.js';
import { InMemoryAuditTrail } from '@app/kernel/testing/in-memory-audit-trail.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { HeldRight } from '@app/platform/testing/held-right.js';
import { ImmediateTransactions } from '@app/platform/testing/immediate-transactions.js';
import { InMemoryBus } from '@app/platform/testing/in-memory-bus.js';
import { showtimesHandlers, showtimesJobs, showtimesReactions, showtimesServices } from '../application/handlers.js';
import { SchedulingLocks } from '../domain/scheduling-locks.js';
import type { Showtime, ShowtimeState } from '../domain/showtime.js';
import { Showtimes } from '../domain/showtimes.js';
import { TheatreTime } from '../domain/theatre-time.js';
import { TemporalTheatreTime } from '../infrastructure/temporal-theatre-time.js';
import { NOW } from './builders.js';
import { FakeSchedulingLocks } from './fake-scheduling-locks.js';
import { InMemoryShowtimes } from './in-memory-showtimes.js';

interface KnownElsewhere {
  readonly movies?: readonly MovieSummary[];
  readonly rooms?: readonly RoomSummary[];
}

interface OwnState {
  readonly showtimes?: readonly Showtime[];
  readonly now?: Date;
}

export class ShowtimesHarness {
  readonly adminId = newId();
  readonly showtimes = new InMemoryShowtimes();
  readonly locks = new FakeSchedulingLocks();
  readonly alerts = new InMemoryAlerts();
  readonly audit = new InMemoryAuditTrail();
  readonly bus: InMemoryBus;
  /** What reservations answers for every showtime. */
  seatsTaken = 0;
  readonly #admin: AdminCommands;

  constructor({ movies = [], rooms = [], showtimes = [], now = NOW }: KnownElsewhere & OwnState = {}) {
    for (const { id, state } of showtimes) this.showtimes.states.set(id, state);
    this.bus = new InMemoryBus({
      handlers: [...showtimesServices, ...showtimesHandlers, ...showtimesJobs, ...showtimesReactions],
      providers: [
        [Showtimes, this.showtimes],
        [SchedulingLocks, this.locks],
        [TheatreTime, new TemporalTheatreTime()],
        [Alerts, this.alerts],
        [Clock, new FixedClock(now)],
      ],
    })
      .answer(MoviesByIds, ({ movieIds }) => movies.filter(({ id }) => movieIds.includes(id)))
      .answer(RoomsByIds, ({ roomIds }) => rooms.filter(({ id }) => roomIds.includes(id)))
      .answer(MoviesByTitles, ({ titles }) => titles.map((title) => ({ title, movies: movies.filter((movie) => movie.title === title) })))
      .answer(RoomsByNames, ({ names }) =>
        names.map(({ theatre, room }) => {
          const ofTheatre = rooms.filter((each) => each.theatre.name === theatre);
          const roomId = ofTheatre.find(({ name }) => name === room)?.id ?? null;
          return { theatre, room, theatreId: ofTheatre[0]?.theatre.id ?? null, roomId };
        }),
      )
      .answer(SeatsTakenOf, ({ showtimeIds }) =>
        this.seatsTaken === 0 ? [] : showtimeIds.map((showtimeId) => ({ showtimeId, taken: this.seatsTaken })),
      );
    this.#admin = new AdminCommands(this.bus.get(CommandBus), new ImmediateTransactions(), this.audit, new HeldRight());
  }

  execute<Result>(command: Command<Result> & AdminCommand<Result>): Promise<Result> {
    return this.#admin.execute(command);
  }

  stateOf({ id }: { readonly id: string }): ShowtimeState {
    return this.showtimes.states.get(id)!;
  }
}
