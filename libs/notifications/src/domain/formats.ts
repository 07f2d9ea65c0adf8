/** Times and money as the readers of a language write them. */
import { chargeDecimals } from '@app/contracts/chargeable-currencies.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { Language } from './language.js';

/** `Tuesday, 1 December 2026 at 20:00`, in the zone of the theatre. `at` is an ISO instant. */
export function localTime({ locale }: Language, at: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone }).format(new Date(at));
}

/** The time of day alone. */
export function localHour({ locale }: Language, at: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(new Date(at));
}

/** `at` is an ISO instant. Used where there is no theatre: the zone is named. */
export function utcTime({ locale }: Language, at: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(new Date(at))} UTC`;
}

/** Amounts are minor units as Stripe counts them. */
export function moneyText({ locale }: Language, { amount, currency }: MoneyJson): string {
  const decimals = chargeDecimals(currency);
  // Stripe counts some currencies in hundredths that people do not use.
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount / 10 ** decimals);
}
