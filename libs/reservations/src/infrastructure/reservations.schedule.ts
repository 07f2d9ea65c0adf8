/** What reservations looks for again and again. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Settings } from '@app/platform/config/settings.js';
import { Schedule } from '@app/platform/schedule/schedule.js';
import { ClsService } from 'nestjs-cls';
import { CompleteReservations } from '../application/commands/complete-reservations.js';
import { ExpireHolds } from '../application/commands/expire-holds.js';
import { SettleOutstandingPayments } from '../application/commands/settle-outstanding-payments.js';
import { ProcessCancellationRuns } from '../application/commands/process-cancellation-runs.js';

/** Holds past their time, every second, on any number of processes. */
@Injectable()
export class HoldExpirySchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.sweepHolds);
  }

  protected async work(): Promise<boolean> {
    return (await this.commands.execute(new ExpireHolds())) > 0;
  }
}

/** Settled money nobody has settled, every minute. */
@Injectable()
export class SettlementSchedule extends Schedule {
  constructor(
    cls: ClsService,
    private readonly settings: Settings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.settlePayments);
  }

  protected async work(): Promise<void> {
    await this.commands.execute(new SettleOutstandingPayments(this.settings.payments.settleAfterMs));
  }
}

/** Shows that are over, every minute. */
@Injectable()
export class CompletionSchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.completeReservations);
  }

  protected async work(): Promise<boolean> {
    return (await this.commands.execute(new CompleteReservations())) > 0;
  }
}

/** Showtimes that were cancelled or moved. */
@Injectable()
export class CancellationRunSchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.cancellationRuns);
  }

  protected async work(): Promise<boolean> {
    return this.commands.execute(new ProcessCancellationRuns());
  }
}
