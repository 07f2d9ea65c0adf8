import { invalidRequest, type ApiError } from '../http/api-error.js';

// https://docs.stripe.com/currencies#presentment-currencies
const SUPPORTED_CODES =
  'usd, aed, afn, all, amd, ang, aoa, ars, aud, awg, azn, bam, bbd, bdt, bgn, bhd, bif, bmd, bnd, bob, brl, bsd, bwp, byn, bzd, cad, cdf, chf, clp, cny, cop, crc, cve, czk, djf, dkk, dop, dzd, egp, etb, eur, fjd, fkp, gbp, gel, gip, gmd, gnf, gtq, gyd, hkd, hnl, hrk, htg, huf, idr, ils, inr, isk, jmd, jod, jpy, kes, kgs, khr, kmf, krw, kwd, kyd, kzt, lak, lbp, lkr, lrd, lsl, mad, mdl, mga, mkd, mmk, mnt, mop, mur, mvr, mwk, mxn, myr, mzn, nad, ngn, nio, nok, npr, nzd, omr, pab, pen, pgk, php, pkr, pln, pyg, qar, ron, rsd, rub, rwf, sar, sbd, scr, sek, sgd, shp, sle, sos, srd, std, szl, thb, tjs, tnd, top, try, ttd, twd, tzs, uah, ugx, uyu, uzs, vnd, vuv, wst, xaf, xcd, xof, xpf, yer, zar, zmw';
const SUPPORTED_CURRENCIES = new Set(SUPPORTED_CODES.split(', '));

// https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
const MINIMUM_CHARGE_MINOR_UNITS: Record<string, number> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};
const USUAL_MAXIMUM_MINOR_UNITS = 99_999_999;
const MAXIMUM_CHARGE_MINOR_UNITS: Record<string, number> = { idr: 999_999_999_999, inr: 999_999_999 };

// https://docs.stripe.com/currencies#zero-decimal. UGX and ISK have two decimals at Stripe for compatibility.
const ZERO_DECIMAL_CURRENCIES = new Set([
  'bif',
  'clp',
  'djf',
  'gnf',
  'jpy',
  'kmf',
  'krw',
  'mga',
  'pyg',
  'rwf',
  'vnd',
  'vuv',
  'xaf',
  'xof',
  'xpf',
]);
// https://docs.stripe.com/currencies#special-cases
const WHOLE_UNIT_CURRENCIES = new Set(['isk', 'ugx']);
const THREE_DECIMAL_CURRENCIES = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

function decimalPlaces(currency: string): number {
  if (ZERO_DECIMAL_CURRENCIES.has(currency)) return 0;
  return THREE_DECIMAL_CURRENCIES.has(currency) ? 3 : 2;
}

/** Formats money as in Stripe's error messages: `$10.50`, `¥50`. */
export function formatAmount(amountMinorUnits: number, currency: string): string {
  const digits = decimalPlaces(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amountMinorUnits / 10 ** digits);
}

/** Returns the code in lower case. Throws ApiError when Stripe does not support the currency. */
export function parseCurrency(code: string): string {
  const currency = code.toLowerCase();
  if (SUPPORTED_CURRENCIES.has(currency)) return currency;
  throw invalidRequest(`Invalid currency: ${currency}. Stripe currently supports these currencies: ${SUPPORTED_CODES}`, {
    param: 'currency',
  });
}

/** Throws ApiError when Stripe does not charge this amount. */
export function assertChargeable(amount: number, currency: string): void {
  const minimum = MINIMUM_CHARGE_MINOR_UNITS[currency] ?? 1;
  if (amount < minimum) throw invalidAmount(`Amount must be at least ${formatAmount(minimum, currency)} ${currency}`, 'amount_too_small');
  const maximum = MAXIMUM_CHARGE_MINOR_UNITS[currency] ?? USUAL_MAXIMUM_MINOR_UNITS;
  if (amount > maximum) throw invalidAmount(`Amount must be no more than ${formatAmount(maximum, currency)}`, 'amount_too_large');
  assertExpressible(amount, currency);
}

/** Throws ApiError when the currency has no such amount, to charge or to refund. */
export function assertExpressible(amount: number, currency: string): void {
  if (THREE_DECIMAL_CURRENCIES.has(currency) && amount % 10 !== 0) {
    throw invalidAmount(
      `Invalid amount: ${currency} amounts must be rounded to the nearest ten, so that the last digit is 0.`,
      'parameter_invalid_integer',
    );
  }
  if (WHOLE_UNIT_CURRENCIES.has(currency) && amount % 100 !== 0) {
    throw invalidAmount(
      `Invalid amount: ${currency} has no decimals, so that the last two digits must be 00.`,
      'parameter_invalid_integer',
    );
  }
}

function invalidAmount(message: string, code: string): ApiError {
  return invalidRequest(message, { code, param: 'amount' });
}
