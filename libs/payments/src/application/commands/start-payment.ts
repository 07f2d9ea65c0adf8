import { Command, CommandBus, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { CardPaymentError, CardPayments, type OpenedIntent } from '../../domain/card-payments.js';
import { AlreadyPaid, PaymentsUnavailable, HoldExpired, ReservationEnded, ReservationNotFound } from '../../domain/errors.js';
import { Payment } from '../../domain/payment.js';
import { Payments } from '../../domain/payments.js';
import { type PaymentView, viewOfPayment } from '../queries/payment-view.js';
import { LearnIntent } from './learn-intent.js';
import { OpenPayment } from './open-payment.js';

export interface StartedPayment {
  readonly payment: PaymentView;
  /** False: the open one of an earlier ask. */
  readonly isNew: boolean;
}

/** How often a payment that ended under our hands is followed by another look at the reservation. */
const LOOKS = 3;

/**
 * A payment the customer can pay with now. Throws `ReservationNotFound`, `HoldOver`, `ReservationEnded`, `AlreadyPaid`, `AmountRefused`,
 * `CardPaymentsUnavailable` (ask again: the same payment is taken up).
 */
export class StartPayment extends Command<StartedPayment> {
  constructor(
    readonly reservationId: string,
    readonly customerId: string,
  ) {
    super();
  }
}

@CommandHandler(StartPayment)
export class StartPaymentHandler implements ICommandHandler<StartPayment> {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId, customerId }: StartPayment): Promise<StartedPayment> {
    let isNew = false;
    for (let look = 0; look < LOOKS; look++) {
      const reservation = await this.queries.execute(new PayableReservation(reservationId, customerId));
      if (reservation === null) throw new ReservationNotFound();
      const begun = await this.payments.begin(reservationId, (payments) => {
        const chosen = this.choose(reservation, payments);
        isNew ||= !payments.includes(chosen);
        return chosen;
      });
      const clientSecret = begun.isUnfinished ? await this.clientSecretOf(begun) : null;
      const payment = await this.payments.get(begun.id);
      const hasEndedMeanwhile = begun.isUnfinished && (payment.status === 'succeeded' || payment.status === 'cancelled');
      if (hasEndedMeanwhile) continue;
      const { publishableKey } = this.cards;
      return { payment: viewOfPayment(payment, { clientSecret, publishableKey, heldUntil: reservation.heldUntil }), isNew };
    }
    throw new PaymentsUnavailable();
  }

  /** The status decides, not the clock; but past its time a hold gets no new payment, which would most likely come too late. */
  private choose(reservation: PayableReservationView, payments: readonly Payment[]): Payment {
    const { status, total, due, id: reservationId, customerId } = reservation;
    if (status === 'expired') throw new HoldExpired();
    if (status === 'cancelled') throw new ReservationEnded(status);
    const paid = payments.find((payment) => payment.isSettled);
    if (paid !== undefined && total.amount === 0) return paid;
    if (paid !== undefined || status !== 'held') throw new AlreadyPaid();
    const unfinished = payments.find((payment) => payment.isUnfinished);
    const stands = unfinished !== undefined && unfinished.state.status !== 'created';
    if (due && !stands) throw new HoldExpired();
    if (unfinished !== undefined) return unfinished;
    return Payment.start({ reservationId, customerId, amount: total, now: this.clock.now() });
  }

  /** An intent that stands is fetched, not remembered: so no secret is kept, and a payment that has just gone through is noticed. */
  private async clientSecretOf({ id, state: { intentId } }: Payment): Promise<string | null> {
    try {
      const intent = intentId === null ? await this.commands.execute(new OpenPayment(id)) : await this.lookUp(intentId);
      if (intent !== null) return intent.clientSecret;
      const { intentId: learned } = await this.payments.get(id);
      return learned === null ? null : (await this.lookUp(learned)).clientSecret;
    } catch (error) {
      throw error instanceof CardPaymentError ? new PaymentsUnavailable() : error;
    }
  }

  private async lookUp(intentId: string): Promise<OpenedIntent> {
    const intent = await this.cards.intent(intentId);
    await this.commands.execute(new LearnIntent(intent, 'stripe'));
    return intent;
  }
}
