import { Command, type CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import type { MoneyJson } from '@app/kernel/money.js';
import { Reservations } from '../../domain/reservations.js';

/** Settled money meets its reservation: it confirms it, or it is judged late or surplus and goes back. Judged once, for ever. */
export class JudgePayment extends Command<void> {
  constructor(readonly payment: { readonly paymentId: string; readonly reservationId: string; readonly amount: MoneyJson }) {
    super();
  }
}

@CommandHandler(JudgePayment)
export class JudgePaymentHandler implements ICommandHandler<JudgePayment> {
  constructor(
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async execute({ payment }: JudgePayment): Promise<void> {
    const now = this.clock.now();
    await this.reservations.judge(payment, now, (reservation, seatsBack) => reservation.receivePayment(payment, seatsBack, now));
  }
}

/** One payment after another; one that cannot be judged raises an alert and holds up nobody else. Answers how many were judged. */
export async function judgeEach(commands: CommandBus, alerts: Alerts, payments: readonly JudgePayment['payment'][]): Promise<number> {
  let judged = 0;
  for (const payment of payments) {
    try {
      await commands.execute(new JudgePayment(payment));
      judged++;
    } catch (error) {
      alerts.raise('payment-not-judged', 'Settled money could not be judged', { paymentId: payment.paymentId, err: error });
    }
  }
  return judged;
}
