export class MoneyResponse {
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
