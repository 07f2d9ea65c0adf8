import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { ReservationsNotPayable } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { DueRows, type DueWork } from '../../domain/due-rows.js';

const PAGE = 200;

interface Unfinished {
  readonly id: string;
  readonly reservationId: string;
  readonly intentId: string | null;
}

/** Has payments that should long have ended looked after: resumed, looked up at Stripe, or cancelled where nobody need pay any more. */
export class ReconcilePayments extends Command<void> {
  constructor(
    /** Milliseconds the ordinary road is given. */
    readonly olderThan: number,
  ) {
    super();
  }
}

@CommandHandler(ReconcilePayments)
export class ReconcilePaymentsHandler implements ICommandHandler<ReconcilePayments> {
  constructor(
    private readonly database: Database,
    private readonly queries: QueryBus,
    private readonly dueRows: DueRows,
    private readonly clock: Clock,
  ) {}

  async execute({ olderThan }: ReconcilePayments): Promise<void> {
    const createdUntil = new Date(this.clock.now().getTime() - olderThan);
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const payments = await this.unfinished(createdUntil, after);
      const last = payments.at(-1);
      if (last === undefined) return;
      const ended = new Set(await this.queries.execute(new ReservationsNotPayable(payments.map(({ reservationId }) => reservationId))));
      await this.dueRows.want(payments.map((payment) => workFor(payment, ended.has(payment.reservationId))));
      if (payments.length < PAGE) return;
      after = last.id;
    }
  }

  private async unfinished(createdUntil: Date, after: string): Promise<Unfinished[]> {
    return this.database.query<Unfinished>(
      `SELECT id, reservation_id, intent_id FROM payments.payments
       WHERE status IN ('created', 'open', 'failed') AND created_at <= $1 AND id > $2 ORDER BY id LIMIT $3`,
      [createdUntil, after, PAGE],
    );
  }
}

function workFor({ id, intentId }: Unfinished, isOver: boolean): DueWork {
  if (isOver) return { kind: 'cancel-payment', subject: id };
  return { kind: intentId === null ? 'open-payment' : 'check-payment', subject: id };
}
