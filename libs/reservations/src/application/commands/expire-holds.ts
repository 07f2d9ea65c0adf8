import { Command, CommandBus, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { SettledPaymentsOf } from '@app/contracts/payments.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { type DueFilter, Reservations } from '../../domain/reservations.js';
import { judgeEach } from './judge-payment.js';

/** Holds worked off in one transaction. */
const BATCH = 100;

/** Ends holds past their time, a batch a call; one whose money is already settled is confirmed instead. Answers how many were ended or confirmed. */
export class ExpireHolds extends Command<number> {
  constructor(readonly filter?: DueFilter) {
    super();
  }
}

@CommandHandler(ExpireHolds)
export class ExpireHoldsHandler implements ICommandHandler<ExpireHolds> {
  constructor(
    private readonly reservations: Reservations,
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  async execute({ filter }: ExpireHolds): Promise<number> {
    const now = this.clock.now();
    const due = await this.reservations.due(now, BATCH, filter);
    if (due.length === 0) return 0;
    // A paid hold must not be stranded by a broker that is away: the money is asked for before the seats are given up.
    const settled = await this.queries.execute(new SettledPaymentsOf(due));
    const confirmed = await judgeEach(this.commands, this.alerts, settled);
    const paid = new Set(settled.map(({ reservationId }) => reservationId));
    const expired = await this.reservations.changeFree(
      due.filter((id) => !paid.has(id)),
      (reservation) => reservation.expire(now),
    );
    return expired + confirmed;
  }
}
