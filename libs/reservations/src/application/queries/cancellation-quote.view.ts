import { MoneyView } from '@app/platform/http/money.view.js';

export class CancellationQuoteView {
  /** @example true */
  cancellable!: boolean;
  refund!: MoneyView;
  /** @example { "amount": 0, "currency": "EUR" } */
  kept!: MoneyView;
  /**
   * Until when the refund is valid; null where the reservation cannot be cancelled, and where its showtime was cancelled or moved.
   * @example "2026-11-21T17:00:00.000Z"
   */
  until!: string | null;
}
