import { PriceMissing, PriceRefused } from './errors.js';
import { pricesFor } from './prices.js';

describe('pricesFor', () => {
  it('prices are those of the categories of the room, and no others', () => {
    expect(pricesFor(['standard'], { standard: 1_200, premium: 1_500 }, 'EUR')).toEqual({ standard: 1_200 });
  });

  it('a category of the room without a price is refused', () => {
    expect(() => pricesFor(['standard', 'premium'], { standard: 1_200 }, 'EUR')).toThrow(PriceMissing);
    expect(() => pricesFor(['standard', 'premium'], { standard: 1_200 }, 'EUR')).toThrow('premium');
  });

  it.each([
    ['EUR', 50],
    ['EUR', 9_999_999],
    ['IDR', 15_000_000],
    ['INR', 99_999_999],
    ['EUR', 0],
    ['JPY', 50],
    ['ISK', 100],
    ['KWD', 1_250],
    ['HUF', 17_500],
  ])('a price of %s %i is accepted', (currency, standard) => {
    expect(pricesFor(['standard'], { standard }, currency)).toEqual({ standard });
  });

  it.each([
    ['EUR', 49, 'below what Stripe charges'],
    ['EUR', 1, 'below what Stripe charges'],
    ['HUF', 17_499, 'below what Stripe charges'],
    ['EUR', 10_000_000, 'ten seats are above what Stripe charges'],
    ['EUR', Number.MAX_VALUE, 'ten seats are above what Stripe charges'],
    ['ISK', 150, 'not a multiple of what Stripe charges in'],
    ['KWD', 1_255, 'not a multiple of what Stripe charges in'],
  ])('a price of %s %d is refused: %s', (currency, standard) => {
    expect(() => pricesFor(['standard'], { standard }, currency)).toThrow(PriceRefused);
  });

  it('a refused price is answered with the limits', () => {
    const { details } = new PriceRefused('standard', { currency: 'ISK', minimum: 100, maximum: 9_999_999, multipleOf: 100 });
    expect(details).toMatchObject({ category: 'standard', currency: 'ISK', minimum: 100, maximum: 9_999_999, multipleOf: 100 });
  });
});
