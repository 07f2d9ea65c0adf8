/** An amount of money in an answer. */
export class MoneyView {
  /**
   * Minor units as Stripe counts them for the currency: 1250 is 12.50 EUR, 1250 JPY, 1.250 KWD; 125000 is 1250 ISK, 1250 UGX, 1250 HUF.
   * @example 1250
   */
  amount!: number;
  /**
   * ISO 4217.
   * @example "EUR"
   */
  currency!: string;
}
