import { Command, CommandBus, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PaymentsSettledBetween } from '@app/contracts/payments.js';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { Judging } from '../../domain/judging.js';
import { judgeEach } from './judge-payment.js';

const PAGE = 200;
/** How far behind the newest payment seen the next look begins again: longer than any transaction can stay open. */
const OVERLAP = 10 * 60_000;

/** Judges settled payments nobody has judged, because a message is late or lost. Answers how many it found. */
export class JudgeSettledPayments extends Command<number> {
  constructor(
    /** Milliseconds the ordinary road is given. */
    readonly olderThan: number,
  ) {
    super();
  }
}

@CommandHandler(JudgeSettledPayments)
export class JudgeSettledPaymentsHandler implements ICommandHandler<JudgeSettledPayments> {
  constructor(
    private readonly judging: Judging,
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  async execute({ olderThan }: JudgeSettledPayments): Promise<number> {
    const until = new Date(this.clock.now().getTime() - olderThan).toISOString();
    const since = (await this.judging.judgedUntil()).getTime() - OVERLAP;
    let after = { settledAt: new Date(since).toISOString(), paymentId: '00000000-0000-0000-0000-000000000000' };
    let judged = 0;
    let isStuck = false;
    for (;;) {
      const settled = await this.queries.execute(new PaymentsSettledBetween(after, until, PAGE));
      const unjudged = await this.judging.unjudged(settled.map(({ paymentId }) => paymentId));
      const done = await judgeEach(
        this.commands,
        this.alerts,
        settled.filter(({ paymentId }) => unjudged.has(paymentId)),
      );
      judged += done;
      const last = settled.at(-1);
      if (last === undefined) return judged;
      // Money that could not be judged is looked for again, however long it takes.
      isStuck ||= done < unjudged.size;
      if (!isStuck) await this.judging.remember(last.settledAt);
      if (settled.length < PAGE) return judged;
      after = { settledAt: last.settledAt, paymentId: last.paymentId };
    }
  }
}
