/** What payments looks for at an interval, besides its jobs. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Schedule } from '@app/platform/schedule/schedule.js';
import { ClsService } from 'nestjs-cls';
import { ReconcilePayments } from '../application/commands/reconcile-payments.js';
import { RetryStripeEvents } from '../application/commands/retry-stripe-events.js';
import { PaymentsSettings } from '../payments.settings.js';

/** Stripe events that could not be applied. */
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

/** Payments that should have ended long ago. */
@Injectable()
export class ReconciliationSchedule extends Schedule {
  constructor(
    cls: ClsService,
    private readonly settings: PaymentsSettings,
    private readonly commands: CommandBus,
  ) {
    super(cls, settings.ticks.reconcilePaymentsMs);
  }

  protected work(): Promise<boolean> {
    return this.commands.execute(new ReconcilePayments(this.settings.reconcileAfterMs));
  }
}
