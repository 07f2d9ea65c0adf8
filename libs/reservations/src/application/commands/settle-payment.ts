import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReceivedPayment } from '../../domain/payment-outcome.js';
import { SettlementService } from '../settlement-service.js';

/** Decides once what a payment is for: it confirms its reservation, or goes back as surplus or too late. Throws `ReservationNotFound`. */
export class SettlePayment extends Command<void> {
  constructor(readonly payment: ReceivedPayment) {
    super();
  }
}

@CommandHandler(SettlePayment)
export class SettlePaymentHandler implements ICommandHandler<SettlePayment> {
  constructor(private readonly settlement: SettlementService) {}

  async execute({ payment }: SettlePayment): Promise<void> {
    await this.settlement.settle(payment);
  }
}
