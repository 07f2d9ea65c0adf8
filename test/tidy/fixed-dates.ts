import type { Finding } from './rules.js';
import { type Source, piecesOf } from './sources.js';

/** What was over when this rule was written stays over. From 2090 on a date says "never". */
const WRITTEN = '2026-12';
const DATE_TIME = /\b20[2-8]\d-\d\d-\d\dT/;

/**
 * A showtime is scheduled ahead: a suite with a fixed start fails from that day on, unless it sets the domain clock with `clockAt`, as `ShowtimesClient`
 * does, or the clock of its process.
 */
export function fixedDates(source: Source): Finding[] {
  const { path, text } = source;
  if (!/^test\/(integration|e2e|support)\//.test(path) || /\b(clockAt|ShowtimesClient|setSystemTime)\b/.test(text)) return [];
  return piecesOf(source)
    .filter((piece) => piece.kind === 'string' && (DATE_TIME.exec(piece.text)?.[0] ?? '') > WRITTEN)
    .map((piece) => ({
      path,
      line: piece.line,
      message: `a date that will be over: count from the clock, or set it (clockAt): ${piece.text}`,
    }));
}
