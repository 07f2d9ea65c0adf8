import { invalidRequest, type ApiError } from '../http/api-error.js';

// https://docs.stripe.com/currencies#presentment-currencies
const supported =
  'usd, aed, afn, all, amd, ang, aoa, ars, aud, awg, azn, bam, bbd, bdt, bgn, bhd, bif, bmd, bnd, bob, brl, bsd, bwp, byn, bzd, cad, cdf, chf, clp, cny, cop, crc, cve, czk, djf, dkk, dop, dzd, egp, etb, eur, fjd, fkp, gbp, gel, gip, gmd, gnf, gtq, gyd, hkd, hnl, hrk, htg, huf, idr, ils, inr, isk, jmd, jod, jpy, kes, kgs, khr, kmf, krw, kwd, kyd, kzt, lak, lbp, lkr, lrd, lsl, mad, mdl, mga, mkd, mmk, mnt, mop, mur, mvr, mwk, mxn, myr, mzn, nad, ngn, nio, nok, npr, nzd, omr, pab, pen, pgk, php, pkr, pln, pyg, qar, ron, rsd, rub, rwf, sar, sbd, scr, sek, sgd, shp, sle, sos, srd, std, szl, thb, tjs, tnd, top, try, ttd, twd, tzs, uah, ugx, uyu, uzs, vnd, vuv, wst, xaf, xcd, xof, xpf, yer, zar, zmw';
const currencies = new Set(supported.split(', '));

// https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
const minimumCharge: Record<string, number> = {
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
const maximumCharge = 99_999_999;

// https://docs.stripe.com/currencies#zero-decimal; UGX and ISK are written with two digits for compatibility.
const zeroDecimal = new Set(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf']);
const threeDecimal = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

export function decimals(currency: string): number {
  if (zeroDecimal.has(currency)) return 0;
  return threeDecimal.has(currency) ? 3 : 2;
}

/** As Stripe writes money in its sentences: `$10.50`, `¥50`. */
export function formatAmount(amount: number, currency: string): string {
  const digits = decimals(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

/** The lowercase code, or Stripe's refusal. */
export function supportedCurrency(code: string): string {
  const currency = code.toLowerCase();
  if (currencies.has(currency)) return currency;
  throw invalidRequest(`Invalid currency: ${currency}. Stripe currently supports these currencies: ${supported}`, { param: 'currency' });
}

export function checkChargeable(amount: number, currency: string): void {
  const minimum = minimumCharge[currency] ?? 1;
  if (amount < minimum) throw refused(`Amount must be at least ${formatAmount(minimum, currency)} ${currency}`, 'amount_too_small');
  if (amount > maximumCharge) throw refused(`Amount must be no more than ${formatAmount(maximumCharge, currency)}`, 'amount_too_large');
  if (threeDecimal.has(currency) && amount % 10 !== 0) {
    throw refused(
      `Invalid amount: ${currency} amounts must be rounded to the nearest ten, so that the last digit is 0.`,
      'parameter_invalid_integer',
    );
  }
}

function refused(message: string, code: string): ApiError {
  return invalidRequest(message, { code, param: 'amount' });
}
