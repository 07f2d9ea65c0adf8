import { Logger } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TooManyCardRequests } from '../../domain/card-payments.js';
import { type DueKind, type DueRow, DueRows } from '../../domain/due-rows.js';
import { AmountRefused } from '../../domain/errors.js';
import { CancelIntent } from './cancel-intent.js';
import { CancelPayment } from './cancel-payment.js';
import { CheckStripeEvent } from './check-stripe-event.js';
import { CheckPayment } from './check-payment.js';
import { FetchUndeliveredEvents } from './fetch-undelivered-events.js';
import { ListRefunds } from './list-refunds.js';
import { OpenPayment } from './open-payment.js';
import { SubmitRefund } from './submit-refund.js';
import { SweepRecentDays } from './sweep-recent-days.js';

export interface WorkedDueRows {
  readonly worked: number;
  /** Stripe asks for fewer requests: what was left is due again. */
  readonly tooManyRequests: boolean;
}

/** Does what is due of these kinds at Stripe, so many at once, no transaction open meanwhile. What fails is due again, later. */
export class WorkDueRows extends Command<WorkedDueRows> {
  constructor(
    readonly kinds: readonly DueKind[],
    readonly atOnce: number,
  ) {
    super();
  }
}

@CommandHandler(WorkDueRows)
export class WorkDueRowsHandler implements ICommandHandler<WorkDueRows> {
  readonly #logger = new Logger('DueRows');

  constructor(
    private readonly dueRows: DueRows,
    private readonly commands: CommandBus,
  ) {}

  async execute({ kinds, atOnce }: WorkDueRows): Promise<WorkedDueRows> {
    const rows = await this.dueRows.take(kinds, atOnce);
    const ended = await Promise.allSettled(rows.map((row) => this.work(row)));
    const tooMany = rows.filter((_, i) => refusal(ended[i]) instanceof TooManyCardRequests);
    if (tooMany.length > 0) await this.dueRows.putBack(tooMany);
    const broken = ended.map(refusal).find((error) => error !== null && !(error instanceof TooManyCardRequests));
    if (broken instanceof Error) throw broken;
    return { worked: rows.length - tooMany.length, tooManyRequests: tooMany.length > 0 };
  }

  private async work(row: DueRow): Promise<void> {
    try {
      await this.perform(row);
    } catch (error) {
      if (error instanceof TooManyCardRequests) throw error;
      // The payment was cancelled over it: nothing more to do.
      if (!(error instanceof AmountRefused)) return this.postpone(row, error);
    }
    await this.dueRows.done(row);
  }

  private async postpone(row: DueRow, error: unknown): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#logger.warn({ kind: row.kind, subject: row.subject, tries: row.tries + 1, reason }, 'Not done at Stripe yet');
    await this.dueRows.failed(row, reason);
  }

  private async perform({ kind, subject }: DueRow): Promise<void> {
    switch (kind) {
      case 'open-payment':
        return void (await this.commands.execute(new OpenPayment(subject)));
      case 'check-payment':
        return this.commands.execute(new CheckPayment(subject));
      case 'cancel-payment':
        return this.commands.execute(new CancelPayment(subject));
      case 'cancel-intent':
        return this.commands.execute(new CancelIntent(subject));
      case 'submit-refund':
        return this.commands.execute(new SubmitRefund(subject));
      case 'list-refunds':
        return this.commands.execute(new ListRefunds(subject));
      case 'check-event':
        return this.commands.execute(new CheckStripeEvent(subject));
      case 'fetch-undelivered-events':
        return this.commands.execute(new FetchUndeliveredEvents());
      case 'sweep-recent-days':
        return this.commands.execute(new SweepRecentDays());
    }
  }
}

function refusal(ended: PromiseSettledResult<void> | undefined): unknown {
  return ended?.status === 'rejected' ? ended.reason : null;
}
