/** An amount of money in an answer. */
export class MoneyView {
  /**
   * Integer minor units.
   * @example 1250
   */
  amount!: number;
  /**
   * ISO 4217.
   * @example "EUR"
   */
  currency!: string;
}
