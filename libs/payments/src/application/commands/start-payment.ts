import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { PayableReservation, type PayableReservationView } from '@app/contracts/reservations.js';
import { Clock } from '@app/kernel/clock.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { CardPaymentError, CardPayments } from '../../domain/card-payments.js';
import {
  AlreadyPaid,
  HoldExpired,
  PaymentsUnavailable,
  ReservationEnded,
  ReservationNotFound,
  ShowtimeCancelled,
  ShowtimeMoved,
} from '../../domain/errors.js';
import { Payment } from '../../domain/payment.js';
import { Payments } from '../../domain/payments.js';
import { ClientSecrets } from '../client-secrets.js';
import { IntentCanceller } from '../intent-canceller.js';
import { PaymentView } from '../queries/payment.view.js';

interface StartedPayment {
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
    private readonly clientSecrets: ClientSecrets,
    private readonly canceller: IntentCanceller,
    private readonly clock: Clock,
  ) {}

  async execute({ reservationId, customerId }: StartPayment): Promise<StartedPayment> {
    let isNew = false;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let reservation = await this.reservationOf(new PayableReservation(reservationId, customerId));
      if (isTakenFromSale(reservation)) await this.cancelUnfinished(reservation);
      const { payment: begun, isAdded } = await this.payments.begin(reservationId, {
        lock: async () => {
          reservation = await this.reservationOf(new PayableReservation(reservationId, customerId, { isLocked: true }));
        },
        decide: (payments) => this.choose(reservation, payments),
      });
      isNew ||= isAdded;
      if (begun.isUnfinished && asksForAnother(begun, reservation)) {
        await this.cancelOutdated(begun);
        continue;
      }
      const clientSecret = begun.isUnfinished ? await this.clientSecrets.of(begun) : null;
      const payment = await this.payments.get(begun.id);
      const hasEndedMeanwhile = begun.isUnfinished && (payment.status === 'succeeded' || payment.status === 'cancelled');
      if (hasEndedMeanwhile) continue;
      const { publishableKey } = this.cards;
      return { payment: PaymentView.of(payment, { clientSecret, publishableKey, heldUntil: reservation.heldUntil }), isNew };
    }
    throw new PaymentsUnavailable();
  }

  private async reservationOf(query: PayableReservation): Promise<PayableReservationView> {
    const reservation = await this.queries.execute(query);
    if (reservation === null) throw new ReservationNotFound();
    return reservation;
  }

  private async cancelUnfinished({ id }: PayableReservationView): Promise<void> {
    const unfinished = await this.payments.unfinishedOf([id]);
    await this.jobs.enqueue(unfinished.map(({ id: subject }) => ({ kind: 'payments.cancel-payment', subject })));
  }

  /** The status decides, not the clock. But a hold past its time gets no new payment, because its money would probably arrive too late. */
  private choose(reservation: PayableReservationView, payments: readonly Payment[]): Payment {
    const { status, total, due, id: reservationId, customerId, showtime } = reservation;
    if (isTakenFromSale(reservation)) throw showtime === 'cancelled' ? new ShowtimeCancelled() : new ShowtimeMoved();
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
      await this.canceller.cancelPayment(id);
    } catch (error) {
      throw error instanceof CardPaymentError ? new PaymentsUnavailable(error) : error;
    }
  }
}

/** Nobody may pay for a showtime that does not take place as it was sold. */
function isTakenFromSale({ status, showtime }: PayableReservationView): boolean {
  return status === 'held' && showtime !== 'on-sale';
}

function asksForAnother({ price }: Payment, { total }: PayableReservationView): boolean {
  return price.amount !== total.amount || price.currency !== total.currency;
}
