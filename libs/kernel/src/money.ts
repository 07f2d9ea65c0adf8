/** Integer minor units and an ISO 4217 code, as in events and answers. */
export interface MoneyJson {
  readonly amount: number;
  readonly currency: string;
}

/** An amount of one currency. To add two currencies is a bug, not an input error. */
export class Money implements MoneyJson {
  private constructor(
    readonly amount: number,
    readonly currency: string,
  ) {}

  static of(amount: number, currency: string): Money {
    if (!Number.isSafeInteger(amount)) throw new RangeError(`Money is integer minor units, not ${amount}`);
    return new Money(amount, currency);
  }

  static zero(currency: string): Money {
    return new Money(0, currency);
  }

  static sum(amounts: readonly MoneyJson[], currency: string): Money {
    return amounts.reduce<Money>((sum, next) => sum.plus(next), Money.zero(currency));
  }

  plus(other: MoneyJson): Money {
    if (other.currency !== this.currency) throw new RangeError(`Cannot add ${other.currency} to ${this.currency}`);
    return Money.of(this.amount + other.amount, this.currency);
  }

  equals(other: MoneyJson): boolean {
    return this.amount === other.amount && this.currency === other.currency;
  }

  toJSON(): MoneyJson {
    return { amount: this.amount, currency: this.currency };
  }
}
