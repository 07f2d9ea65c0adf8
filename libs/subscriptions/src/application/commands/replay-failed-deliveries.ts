import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Clock } from '@app/kernel/clock.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { WebhookDeliveries } from '../../domain/webhook-deliveries.js';
import { WebhookEndpoints } from '../../domain/webhook-endpoints.js';

/** Few enough for a short statement. */
const BATCH_ROWS = 1_000;

interface ReplayedDeliveries {
  readonly replayed: number;
  /** There may be more: repeat the request. */
  readonly isMore: boolean;
}

/** Sends again what failed since then, at most 1,000 at a time. Throws `WebhookEndpointNotFound`. */
export class ReplayFailedDeliveries extends Command<ReplayedDeliveries> implements AdminCommand<ReplayedDeliveries> {
  constructor(
    readonly adminId: string,
    readonly endpointId: string,
    readonly since: Date,
  ) {
    super();
  }

  auditEntry({ replayed }: ReplayedDeliveries) {
    const details = { since: this.since.toISOString(), replayed };
    return { action: 'subscriptions.replay-failed-deliveries', subject: this.endpointId, details };
  }
}

@CommandHandler(ReplayFailedDeliveries)
export class ReplayFailedDeliveriesHandler implements ICommandHandler<ReplayFailedDeliveries> {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async execute({ endpointId, since }: ReplayFailedDeliveries): Promise<ReplayedDeliveries> {
    return this.transactions.run(async () => {
      await this.endpoints.change(endpointId, () => undefined);
      const replayed = await this.deliveries.replayFailed(endpointId, { since, limit: BATCH_ROWS, now: this.clock.now() });
      return { replayed, isMore: replayed === BATCH_ROWS };
    });
  }
}
