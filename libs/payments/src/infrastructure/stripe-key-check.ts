/** Asks Stripe at the start whether it takes our key, so that a wrong one is known before a customer pays. */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiKeyRefused, CardPayments } from '../domain/card-payments.js';

@Injectable()
export class StripeKeyCheck implements OnApplicationBootstrap {
  readonly #logger = new Logger(StripeKeyCheck.name);

  constructor(private readonly cards: CardPayments) {}

  /** Not waited for: the system starts also while Stripe is away. A key that is refused is an alert. */
  onApplicationBootstrap(): void {
    void this.cards.checkKey().catch((error: unknown) => {
      if (!(error instanceof ApiKeyRefused)) this.#logger.warn({ cause: String(error) }, 'Stripe does not say whether it takes our key');
    });
  }
}
