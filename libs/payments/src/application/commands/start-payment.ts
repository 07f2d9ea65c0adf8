import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { CardPaymentError, CardPayments, CardRefused, OutcomeUnknown } from '../../domain/card-payments.js';
import {
  AlreadyPaid,
  AmountRefused,
  HoldExpired,
  PaymentsUnavailable,
  ReservationEnded,
  ReservationNotFound,
  ShowtimeCancelled,
  ShowtimeMoved,
} from '../../domain/errors.js';
import { Payment } from '../../domain/payment.js';
import { Payments } from '../../domain/payments.js';
import { IntentCanceller } from '../intent-canceller.js';
import { IntentOpener } from '../intent-opener.js';
import { OpenIntents } from '../open-intents.js';
import { PaymentView } from '../queries/payment.view.js';
import { StripeSync } from '../stripe-sync.js';

export interface StartedPayment {
  readonly payment: PaymentView;
  /** False: the open payment of an earlier request. */
  readonly isNew: boolean;
}

/** How often it starts again where the payment has ended meanwhile. */
const MAX_ROUNDS = 3;

/**
 * Returns a payment that the customer can pay now. Throws `ReservationNotFound`, `HoldExpired`, `ReservationEnded`, `ShowtimeCancelled`,
 * `ShowtimeMoved`, `AlreadyPaid`, `AmountRefused` and `PaymentsUnavailable`; after the last one, the next request continues with the same payment.
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
    private readonly jobs: Jobs,
    private readonly opener: IntentOpener,
    private readonly openIntents: OpenIntents,
    private readonly sync: StripeSync,
    private readonly canceller: IntentCanceller,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId, customerId }: StartPayment): Promise<StartedPayment> {
    let isNew = false;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const reservation = await this.queries.execute(new PayableReservation(reservationId, customerId));
      if (reservation === null) throw new ReservationNotFound();
      await this.assertShowtimeOnSale(reservation);
      let hasBegun = false;
      const begun = await this.payments.begin(reservationId, (payments) => {
        const chosen = this.choose(reservation, payments);
        hasBegun = !payments.includes(chosen);
        return chosen;
      });
      isNew ||= hasBegun;
      if (begun.isUnfinished && asksForAnother(begun, reservation)) {
        await this.cancelOutdated(begun);
        continue;
      }
      const clientSecret = begun.isUnfinished ? await this.clientSecretOf(begun) : null;
      const payment = await this.payments.get(begun.id);
      const hasEndedMeanwhile = begun.isUnfinished && (payment.status === 'succeeded' || payment.status === 'cancelled');
      if (hasEndedMeanwhile) continue;
      const { publishableKey } = this.cards;
      return { payment: PaymentView.of(payment, { clientSecret, publishableKey, heldUntil: reservation.heldUntil }), isNew };
    }
    throw new PaymentsUnavailable();
  }

  /** Nobody may pay for a showtime that does not take place as it was sold. A payment that is open already is cancelled. */
  private async assertShowtimeOnSale({ id, status, showtime }: PayableReservationView): Promise<void> {
    if (status !== 'held' || showtime === 'on-sale') return;
    const unfinished = await this.payments.unfinishedOf([id]);
    await this.jobs.enqueue(unfinished.map(({ id: subject }) => ({ kind: 'payments.cancel-payment', subject })));
    throw showtime === 'cancelled' ? new ShowtimeCancelled() : new ShowtimeMoved();
  }

  /** The status decides, not the clock. But a hold past its time gets no new payment, because its money would probably arrive too late. */
  private choose(reservation: PayableReservationView, payments: readonly Payment[]): Payment {
    const { status, total, due, id: reservationId, customerId } = reservation;
    if (status === 'expired') throw new HoldExpired();
    if (status === 'cancelled') throw new ReservationEnded(status);
    const paid = payments.find((payment) => payment.isSettled);
    if (paid !== undefined && total.amount === 0) return paid;
    if (paid !== undefined || status !== 'held') throw new AlreadyPaid();
    const unfinished = payments.find((payment) => payment.isUnfinished);
    const isOpen = unfinished !== undefined && unfinished.state.status !== 'created' && !asksForAnother(unfinished, reservation);
    if (due && !isOpen) throw new HoldExpired();
    return unfinished ?? Payment.start({ reservationId, customerId, amount: total, now: this.clock.now() });
  }

  /** The seats were changed since. Where the old intent succeeds at this moment, the next round finds it paid. */
  private async cancelOutdated({ id }: Payment): Promise<void> {
    try {
      // Its request may have made an intent without telling us. Only the same request under the same key finds that intent.
      await this.opener.open(id);
      const { intentId } = await this.payments.get(id);
      if (intentId !== null) await this.canceller.cancel(intentId);
    } catch (error) {
      // Stripe refused to make the old one, which nobody wants any more.
      if (!(error instanceof AmountRefused || error instanceof PaymentsUnavailable))
        throw error instanceof CardPaymentError ? new PaymentsUnavailable() : error;
    }
  }

  /** No secret is stored, so an open intent is fetched: a payment that has just succeeded is noticed too. But not again within seconds. */
  private async clientSecretOf({ id, state: { intentId } }: Payment): Promise<string | null> {
    try {
      if (intentId !== null) return await this.secretOf(intentId);
      const intent = await this.opener.open(id);
      if (intent !== null) return intent.clientSecret === '' ? await this.secretOf(intent.intentId) : this.openIntents.remember(intent);
      const { intentId: openedMeanwhile } = await this.payments.get(id);
      return openedMeanwhile === null ? null : await this.secretOf(openedMeanwhile);
    } catch (error) {
      throw error instanceof CardPaymentError ? new PaymentsUnavailable(error) : error;
    }
  }

  /** Null where Stripe does not know the intent any more. Its payment is cancelled then. */
  private async secretOf(intentId: string): Promise<string | null> {
    const known = this.openIntents.secretOf(intentId);
    if (known !== null) return known;
    const intent = await this.cards.intent(intentId).catch((error: unknown) => {
      if (error instanceof CardRefused && error.isMissing) return null;
      throw error;
    });
    if (intent === null) {
      await this.canceller.cancel(intentId);
      return null;
    }
    await this.sync.applyIntent(intent, 'stripe');
    const canBePaid = intent.status === 'open' || intent.status === 'failed';
    if (canBePaid && intent.clientSecret === '') throw new OutcomeUnknown(`Intent ${intentId} comes without its secret`);
    return this.openIntents.remember(intent);
  }
}

function asksForAnother({ price }: Payment, { total }: PayableReservationView): boolean {
  return price.amount !== total.amount || price.currency !== total.currency;
}
