import { Injectable } from '@nestjs/common';
import { CardPaymentError, CardPayments, CardRefused, OutcomeUnknown } from '../domain/card-payments.js';
import { PaymentsUnavailable } from '../domain/errors.js';
import type { Payment } from '../domain/payment.js';
import { Payments } from '../domain/payments.js';
import { IntentCanceller } from './intent-canceller.js';
import { IntentOpener } from './intent-opener.js';
import { RecentClientSecrets } from './recent-client-secrets.js';
import { StripeSync } from './stripe-sync.js';

/** With its secret, a customer pays an intent. None is stored, so an open intent is fetched: a payment that has just succeeded is noticed too. */
@Injectable()
export class ClientSecrets {
  constructor(
    private readonly payments: Payments,
    private readonly cards: CardPayments,
    private readonly opener: IntentOpener,
    private readonly canceller: IntentCanceller,
    private readonly sync: StripeSync,
    private readonly recentSecrets: RecentClientSecrets,
  ) {}

  /** Opens the payment where it is not. Null where it cannot be paid any more. Throws `AmountRefused` and `PaymentsUnavailable`. */
  async of({ id, state: { intentId } }: Payment): Promise<string | null> {
    try {
      if (intentId !== null) return await this.ofIntent(intentId);
      const intent = await this.opener.open(id);
      if (intent !== null) return intent.clientSecret === '' ? await this.ofIntent(intent.intentId) : this.recentSecrets.remember(intent);
      const { intentId: openedMeanwhile } = await this.payments.get(id);
      return openedMeanwhile === null ? null : await this.ofIntent(openedMeanwhile);
    } catch (error) {
      throw error instanceof CardPaymentError ? new PaymentsUnavailable(error) : error;
    }
  }

  /** Not fetched again within seconds. Null where Stripe does not know the intent any more: its payment is cancelled then. */
  private async ofIntent(intentId: string): Promise<string | null> {
    const known = this.recentSecrets.secretOf(intentId);
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
    return this.recentSecrets.remember(intent);
  }
}
