/** What can be said of a film, and within which bounds: for a request and for a line of a catalogue alike. */

export interface FilmFacts {
  readonly title: string;
  readonly description: string;
  readonly runtimeMinutes: number;
  /** ISO date, or null where unknown. */
  readonly releaseDate: string | null;
  readonly ageRating: string | null;
}

export const FILM_LIMITS = {
  title: 300,
  description: 5_000,
  /** Longer than any film that was ever shown in one go. */
  runtimeMinutes: 1_440,
  ageRating: 20,
  genreName: 60,
  genres: 20,
} as const;

/** Spaces and Unicode composition put in order; what a reader sees stays the same. */
export function tidy(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
}

/** What titles and genre names are compared and sorted by: case and spaces make no difference. Not NFKC: its longest expansions fit no index. */
export function comparable(text: string): string {
  return tidy(text).toLowerCase().normalize('NFC');
}

/** A calendar day as `YYYY-MM-DD`, from the year film was invented on. */
export function isReleaseDate(text: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined || year < 1888) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
