/** Placeholder posters of the seed movies: title and year on a colour. No artwork of others is used. */
import sharp from 'sharp';
import { dotsOf, drawable, LETTER_COLUMNS, LINE_ROWS } from './dot-letters.js';

interface PosterText {
  readonly title: string;
  readonly year: string;
}

/** Pixels. The API makes the stored widths of it. */
export const POSTER_WIDTH = 960;
export const POSTER_HEIGHT = 1_440;
const MARGIN = 70;
const TITLE_HEIGHT = 940;
const YEAR_DOT = 13;
/** Letters a line, tried from the largest letters on. */
const LINE_LENGTHS = [7, 9, 11, 13, 16, 20, 25] as const;

interface Line {
  readonly text: string;
  readonly top: number;
  /** Pixels from dot to dot. */
  readonly dot: number;
}

/** Returns a PNG. */
export async function posterImage(poster: PosterText): Promise<Buffer> {
  return sharp(Buffer.from(posterSvg(poster)))
    .png({ compressionLevel: 3 })
    .toBuffer();
}

export function posterSvg({ title, year }: PosterText): string {
  const hue = hueOf(title);
  const lines = [...titleLines(drawable(title)), { text: drawable(year), top: POSTER_HEIGHT - MARGIN - 7 * YEAR_DOT, dot: YEAR_DOT }];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${POSTER_WIDTH}" height="${POSTER_HEIGHT}">`,
    `<defs><linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue},55%,34%)"/>`,
    `<stop offset="1" stop-color="hsl(${(hue + 40) % 360},60%,14%)"/></linearGradient></defs>`,
    `<rect width="100%" height="100%" fill="url(#ground)"/>`,
    `<g fill="hsl(${hue},60%,92%)">${lines.flatMap(circlesOf).join('')}</g></svg>`,
  ].join('');
}

/** The largest letters with which the title fits. */
function titleLines(title: string): Line[] {
  for (const length of LINE_LENGTHS) {
    const dot = dotFor(length);
    const lines = wrapped(title, length);
    const isWhole = title.split(' ').every((word) => word.length <= length);
    const isLast = length === LINE_LENGTHS.at(-1);
    const fits = lines.length * LINE_ROWS * dot <= TITLE_HEIGHT;
    const shown = fits ? lines : lines.slice(0, Math.floor(TITLE_HEIGHT / (LINE_ROWS * dot)));
    if ((isWhole && fits) || isLast) return shown.map((text, index) => ({ text, top: MARGIN + index * LINE_ROWS * dot, dot }));
  }
  return [];
}

function dotFor(letters: number): number {
  return Math.floor((POSTER_WIDTH - 2 * MARGIN) / (letters * LETTER_COLUMNS - 1));
}

/** Breaks between words, and inside a word only where it is longer than a line. */
function wrapped(text: string, length: number): string[] {
  const words = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${length}}`, 'gu')) ?? []);
  return words.reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= length) return [...lines.slice(0, -1), `${last} ${word}`];
    return [...lines, word];
  }, []);
}

function circlesOf({ text, top, dot }: Line): string[] {
  const radius = (dot * 0.46).toFixed(1);
  return dotsOf(text).map(({ column, row }) => {
    const [x, y] = [MARGIN + (column + 0.5) * dot, top + (row + 0.5) * dot];
    return `<circle cx="${x}" cy="${y}" r="${radius}"/>`;
  });
}

/** Degrees. The same title has the same colour. */
function hueOf(title: string): number {
  return [...title].reduce((hue, letter) => (hue * 31 + letter.codePointAt(0)!) % 360, 7);
}
