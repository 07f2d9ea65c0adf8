/** The schedules of reservations. Any number of workers may run them at the same time. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Schedule } from '@app/platform/schedule/schedule.js';
import { ClsService } from 'nestjs-cls';
import { CompareShowtimes } from '../application/commands/compare-showtimes.js';
import { CompleteReservations } from '../application/commands/complete-reservations.js';
import { ExpireHolds } from '../application/commands/expire-holds.js';
import { ProcessCancellationRuns } from '../application/commands/process-cancellation-runs.js';
import { ReservationsSettings } from '../reservations.settings.js';

@Injectable()
export class HoldExpirySchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: ReservationsSettings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.sweepHoldsMs);
  }

  protected async work(): Promise<boolean> {
    return (await this.commands.execute(new ExpireHolds())) > 0;
  }
}

@Injectable()
export class CompletionSchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: ReservationsSettings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.completeReservationsMs);
  }

  protected async work(): Promise<boolean> {
    return (await this.commands.execute(new CompleteReservations())) > 0;
  }
}

@Injectable()
export class CancellationRunSchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: ReservationsSettings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.cancellationRunsMs);
  }

  protected async work(): Promise<boolean> {
    return this.commands.execute(new ProcessCancellationRuns());
  }
}

@Injectable()
export class ShowtimeComparisonSchedule extends Schedule {
  constructor(
    cls: ClsService,
    private readonly settings: ReservationsSettings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.compareShowtimesMs);
  }

  protected async work(): Promise<boolean> {
    return this.commands.execute(new CompareShowtimes({ passMs: this.settings.ticks.compareShowtimesMs }));
  }
}
