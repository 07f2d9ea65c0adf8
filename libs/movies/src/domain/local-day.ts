/** The calendar day at this moment in an IANA zone, as `YYYY-MM-DD`. */
export function localDay(at: Date, timeZone: string): string {
  // Sweden writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}
