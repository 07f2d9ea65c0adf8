/** What a card payment can charge: rooms and showtimes must know it before payments does. Stripe's own list. */

/** Smallest amount Stripe charges, in minor units, where Stripe documents one (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const DOCUMENTED_MINIMUMS: Readonly<Record<string, number>> = {
  AED: 200, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, CZK: 1500, DKK: 250, EUR: 50, GBP: 30, HKD: 400, HUF: 17500, INR: 50,
  JPY: 50, MXN: 1000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200, SEK: 300, SGD: 50, THB: 1000, USD: 50,
}; // prettier-ignore

/** Presentment currencies of card payments (docs.stripe.com/currencies#presentment-currencies). */
const ACCEPTED: ReadonlySet<string> = new Set(
  `USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE
  CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW
  KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
  PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VND VUV WST
  XAF XCD XOF XPF YER ZAR ZMW`.split(/\s+/),
);

/** Amounts in these must be a multiple (docs.stripe.com/currencies#special-cases and #three-decimal). */
const STEPS: Readonly<Record<string, number>> = { ISK: 100, UGX: 100, BHD: 10, JOD: 10, KWD: 10, OMR: 10, TND: 10 };

/** Stripe accepts eight digits, nine of INR and twelve of IDR. Ours are columns of four bytes: nine digits are enough for ten seats (docs.stripe.com/currencies). */
const USUAL_LARGEST_CHARGE = 99_999_999;
/** In any currency. */
export const MAX_CHARGE = 999_999_999;
const LARGE_AMOUNTS: ReadonlySet<string> = new Set(['IDR', 'INR']);

export function isAcceptedCurrency(code: string): boolean {
  return ACCEPTED.has(code);
}

/** Smallest chargeable amount in minor units; 1 where Stripe only says "about 0.50 USD". */
export function minimumCharge(currency: string): number {
  return DOCUMENTED_MINIMUMS[currency] ?? STEPS[currency] ?? 1;
}

/** Largest amount of one charge, in minor units. */
export function maximumCharge(currency: string): number {
  return LARGE_AMOUNTS.has(currency) ? MAX_CHARGE : USUAL_LARGEST_CHARGE;
}

/** Minor units an amount must be a multiple of. */
export function chargeStep(currency: string): number {
  return STEPS[currency] ?? 1;
}

/** Stripe counts these in whole units (docs.stripe.com/currencies#zero-decimal) and those in thousandths. ISK and UGX it counts in hundredths. */
const WHOLE_UNITS: ReadonlySet<string> = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THOUSANDTHS: ReadonlySet<string> = new Set('BHD JOD KWD OMR TND'.split(' '));

/** Digits after the decimal point of an amount that Stripe counts in minor units. */
export function chargeDecimals(currency: string): number {
  if (WHOLE_UNITS.has(currency)) return 0;
  return THOUSANDTHS.has(currency) ? 3 : 2;
}
