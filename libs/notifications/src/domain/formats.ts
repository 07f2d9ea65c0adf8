/** Times and money as the readers of a language write them. */
import { chargeDecimals } from '@app/contracts/chargeable-currencies.js';
import type { MoneyJson } from '@app/kernel/money.js';
import type { Language } from './language.js';

/** How far clocks go back. */
const CLOCK_CHANGES_MINUTES = [30, 60, 120];

/** `Tuesday, 1 December 2026 at 20:00`, in the zone of the theatre. `at` is an ISO instant. Where the clock shows that time twice: `… at 02:30 (CEST)`. */
export function localTime({ locale }: Language, at: string, timeZone: string): string {
  return withZoneIfTwice(new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone }), at);
}

/** The time of day alone. */
export function localHour({ locale }: Language, at: string, timeZone: string): string {
  return withZoneIfTwice(new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }), at);
}

function withZoneIfTwice(format: Intl.DateTimeFormat, at: string): string {
  const [text, time] = [format.format(new Date(at)), Date.parse(at)];
  const isTwice = CLOCK_CHANGES_MINUTES.flatMap((minutes) => [-minutes, minutes]).some(
    (minutes) => format.format(time + minutes * 60_000) === text,
  );
  if (!isTwice) return text;
  const { locale, timeZone } = format.resolvedOptions();
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(time);
  return `${text} (${parts.find(({ type }) => type === 'timeZoneName')?.value})`;
}

/** `at` is an ISO instant. Used where there is no theatre: the zone is named. */
export function utcTime({ locale }: Language, at: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(new Date(at))} UTC`;
}

/** Amounts are minor units as Stripe counts them. */
export function moneyText({ locale }: Language, { amount, currency }: MoneyJson): string {
  const decimals = chargeDecimals(currency);
  // Stripe counts some currencies in hundredths that people do not write, unless they were charged.
  const isWhole = amount % 10 ** decimals === 0;
  const digits = isWhole ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits }).format(amount / 10 ** decimals);
}
