/** What payments looks for again and again. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Settings } from '@app/platform/config/settings.js';
import { Schedule } from '@app/platform/schedule/schedule.js';
import { ClsService } from 'nestjs-cls';
import { ReconcilePayments } from '../application/commands/reconcile-payments.js';
import { RetryStripeEvents } from '../application/commands/retry-stripe-events.js';
import { WorkDueRows } from '../application/commands/work-due-rows.js';
import { DUE_SWEEPS, DUE_TASKS, DueRows } from '../domain/due-rows.js';
import { PaymentsSettings } from '../payments.settings.js';
import { backOff } from './back-off.js';

/** Requests to Stripe at once, a process. */
const AT_ONCE = 8;

/** When Stripe asks for fewer requests, this process asks nothing for a while, longer each time. */
class Quiet {
  #until = 0;
  #refusals = 0;

  constructor(private readonly pauses: Settings['jobs']) {}

  get isOn(): boolean {
    return Date.now() < this.#until;
  }

  heard(tooManyRequests: boolean): void {
    this.#refusals = tooManyRequests ? this.#refusals + 1 : 0;
    if (tooManyRequests) this.#until = Date.now() + backOff(this.#refusals, this.pauses);
  }
}

/** What is due at Stripe: intents to make, look up or cancel, refunds to order, events to check. */
@Injectable()
export class DueRowsSchedule extends Schedule {
  readonly #quiet: Quiet;

  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.jobs.tickMs);
    this.#quiet = new Quiet(settings.jobs);
  }

  protected async work(): Promise<boolean> {
    if (this.#quiet.isOn) return false;
    const { worked, tooManyRequests } = await this.commands.execute(new WorkDueRows(DUE_TASKS, AT_ONCE));
    this.#quiet.heard(tooManyRequests);
    return worked > 0 && !tooManyRequests;
  }
}

/** Long looks through Stripe's lists, beside the short work so that no refund waits for them. */
@Injectable()
export class SweepsSchedule extends Schedule {
  readonly #quiet: Quiet;
  #areWanted = false;

  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly commands: CommandBus,
    private readonly dueRows: DueRows,
  ) {
    super(cls, settings.jobs.tickMs);
    this.#quiet = new Quiet(settings.jobs);
  }

  protected async work(): Promise<void> {
    if (!this.#areWanted) await this.dueRows.want(DUE_SWEEPS.map((kind) => ({ kind, subject: 'all' })));
    this.#areWanted = true;
    if (this.#quiet.isOn) return;
    const { tooManyRequests } = await this.commands.execute(new WorkDueRows(DUE_SWEEPS, 1));
    this.#quiet.heard(tooManyRequests);
  }
}

/** Events that could not be applied. */
@Injectable()
export class StripeEventRetrySchedule extends Schedule {
  constructor(
    cls: ClsService,
    settings: PaymentsSettings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.retryStripeEventsMs);
  }

  protected work(): Promise<boolean> {
    return this.commands.execute(new RetryStripeEvents());
  }
}

/** Payments that should long have ended. */
@Injectable()
export class ReconcilingSchedule extends Schedule {
  constructor(
    cls: ClsService,
    private readonly settings: PaymentsSettings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.reconcilePaymentsMs);
  }

  protected async work(): Promise<void> {
    await this.commands.execute(new ReconcilePayments(this.settings.reconcileAfterMs));
  }
}
