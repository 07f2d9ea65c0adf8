import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import type { RetentionRule, RetentionRules } from '@app/platform/operations/retention/retention.js';
import { RetentionSchedule } from '@app/platform/operations/retention/retention-schedule.js';
import { ClsService } from 'nestjs-cls';
import { MAX_CHECK_PAUSE_MS, Payments } from '../domain/payments.js';
import { StripeEvents } from '../domain/stripe-events.js';
import { PaymentsSettings } from '../payments.settings.js';

/** Few enough that no webhook waits for them. */
const BATCH_ROWS = 1_000;
/** The jobs that use idempotency keys of Stripe's. */
const KINDS_WITH_KEY = ['payments.open-payment', 'payments.submit-refund'];

/** What Stripe told us and is no longer needed: bodies of events, events, and idempotency keys that Stripe has forgotten long ago. */
@Injectable()
export class StripeDataRetention implements RetentionRules {
  readonly rules: readonly RetentionRule[];

  constructor(stripeEvents: StripeEvents, payments: Payments, jobs: Jobs, clock: Clock, settings: PaymentsSettings) {
    const { stripeEventBodiesDays, stripeEventsDays, idempotencyKeysDays } = settings.kept;
    const limit = BATCH_ROWS;
    const before = (ms: number): Date => addMs(clock.now(), -ms);
    const rule = (deletedRows: string, deleteBatch: () => Promise<number>) => ({ deletedRows, batchRows: BATCH_ROWS, deleteBatch });
    this.rules = [
      rule('payments.stripe_events, bodies', () =>
        stripeEvents.deleteBodies({ receivedBefore: before(stripeEventBodiesDays * DAY_MS), limit }),
      ),
      rule('payments.stripe_events', () => stripeEvents.delete({ receivedBefore: before(stripeEventsDays * DAY_MS), limit })),
      rule('platform.jobs, with the key of a call to Stripe', () =>
        jobs.deleteSpentKeys({ kinds: KINDS_WITH_KEY, usedBefore: before(idempotencyKeysDays * DAY_MS), limit }),
      ),
      // Of an unfinished payment, no check is that long overdue while any worker runs. If none did, the payment is only checked at once.
      rule('payments.payment_checks', () => payments.deleteOldChecks({ before: before(MAX_CHECK_PAUSE_MS), limit })),
    ];
  }
}

@Injectable()
export class StripeDataRetentionSchedule extends RetentionSchedule {
  constructor(
    cls: ClsService,
    settings: PaymentsSettings,
    protected readonly retention: StripeDataRetention,
  ) {
    super(cls, settings.ticks.deleteOldStripeDataMs);
  }
}
