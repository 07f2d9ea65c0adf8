/** What is known about a movie, and its limits: the same for a request and for a line of an imported catalogue. */

export interface MovieDetails {
  readonly title: string;
  readonly description: string;
  readonly runtimeMinutes: number;
  /** ISO date, or null where unknown. */
  readonly releaseDate: string | null;
  readonly ageRating: string | null;
}

/** Characters of the texts, minutes, and a number of genres. */
export const MOVIE_LIMITS = {
  title: 300,
  description: 5_000,
  /** A day. No movie in cinemas is longer. */
  runtimeMinutes: 1_440,
  ageRating: 20,
  genreName: 60,
  genres: 20,
} as const;

const FIRST_YEAR_OF_CINEMA = 1888;

/** Whether this is a calendar day as `YYYY-MM-DD`, from 1888 on. */
export function isReleaseDate(text: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined || year < FIRST_YEAR_OF_CINEMA) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
