/** The schedules of showtimes. Any number of workers may run them at the same time. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Schedule } from '@app/platform/schedule/schedule.js';
import { ClsService } from 'nestjs-cls';
import { CancelShowtimesOfRetiredMovies } from '../application/commands/cancel-showtimes-of-retired-movies.js';
import { CorrectShowtimeEnds } from '../application/commands/correct-showtime-ends.js';

/** It mends lost events only: until then, scheduling reads the runtime of the showtime before, and no room is used twice. */
const CORRECT_ENDS_EVERY_MS = 600_000;

@Injectable()
export class ShowtimeEndsSchedule extends Schedule {
  constructor(
    cls: ClsService,
    private readonly commands: CommandBus,
  ) {
    super(cls, CORRECT_ENDS_EVERY_MS);
  }

  protected async work(): Promise<void> {
    await this.commands.execute(new CorrectShowtimeEnds());
  }
}

/** It mends lost events only. Until then a retired movie can still be booked. */
const CANCEL_SHOWTIMES_OF_RETIRED_MOVIES_EVERY_MS = 600_000;

@Injectable()
export class RetiredMoviesSchedule extends Schedule {
  constructor(
    cls: ClsService,
    private readonly commands: CommandBus,
  ) {
    super(cls, CANCEL_SHOWTIMES_OF_RETIRED_MOVIES_EVERY_MS);
  }

  protected async work(): Promise<void> {
    await this.commands.execute(new CancelShowtimesOfRetiredMovies());
  }
}
