import type { SeatCategory } from '@app/contracts/rooms.js';
import type { Prices } from '@app/contracts/showtimes.js';
import type { DomainError } from '@app/kernel/domain-error.js';
import { chargeStep, maximumCharge, minimumCharge } from '@app/contracts/chargeable-currencies.js';
import { PriceMissing, PriceRefused } from './errors.js';

/** The seats of one reservation, which is paid with one charge. */
const MAX_SEATS_PER_CHARGE = 10;

/** Returns a price for every category of the room, and for no other. Throws `PriceMissing`, `PriceRefused`. */
export function pricesFor(categories: readonly SeatCategory[], wanted: Prices, currency: string): Prices {
  const [refusal] = priceRefusals(categories, wanted, currency);
  if (refusal !== undefined) throw refusal;
  return Object.fromEntries(categories.map((category) => [category, wanted[category]]));
}

/** What `pricesFor` refuses these prices for, one for each category. */
export function priceRefusals(categories: readonly SeatCategory[], wanted: Prices, currency: string): DomainError[] {
  const limits = {
    currency,
    minimum: minimumCharge(currency),
    maximum: Math.floor(maximumCharge(currency) / MAX_SEATS_PER_CHARGE),
    multipleOf: chargeStep(currency),
  };
  return categories.flatMap((category) => {
    const price = wanted[category];
    if (price === undefined) return [new PriceMissing(category)];
    const chargeable = price >= limits.minimum && price <= limits.maximum && price % limits.multipleOf === 0;
    return price === 0 || chargeable ? [] : [new PriceRefused(category, limits)];
  });
}

export function samePrices(a: Prices, b: Prices): boolean {
  return a.standard === b.standard && a.premium === b.premium;
}

export function categoriesOf(byCategory: Readonly<Partial<Record<SeatCategory, number>>>): SeatCategory[] {
  return Object.keys(byCategory) as SeatCategory[];
}
