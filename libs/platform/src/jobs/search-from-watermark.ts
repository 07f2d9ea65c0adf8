/** Searches facts of another context whose event is late or lost, from where the last search came to. */

import { type PagedSearch, searchPages } from './paged-search.js';

/** Each search starts this long before the watermark. No transaction that could still store an older fact stays open longer. */
const OVERLAP_MS = 10 * 60_000;

interface SearchWatermark {
  read(): Promise<Date>;
  /** `at` is an ISO instant. */
  advanceTo(at: string): Promise<void>;
  /** For a clock that was set back: only that is behind the watermark. A search from there would miss every fact since then. */
  reset(): Promise<void>;
}

interface WatermarkSearch<Fact extends Position, Position> extends Omit<PagedSearch<Fact, Position>, 'from' | 'pageDone'> {
  readonly watermark: SearchWatermark;
  readonly now: Date;
  /** The position before every fact from this ISO instant on. */
  readonly positionAt: (since: string) => Position;
  /** The ISO instant of a fact. */
  readonly timeOf: (fact: Fact) => string;
}

/** The watermark stays before a fact that failed, so that every later search finds it again; the search goes on behind it. */
export async function searchFromWatermark<Fact extends Position, Position>(search: WatermarkSearch<Fact, Position>): Promise<void> {
  const { watermark, now, positionAt, timeOf, ...pages } = search;
  if ((await watermark.read()) > now) await watermark.reset();
  const from = positionAt(new Date((await watermark.read()).getTime() - OVERLAP_MS).toISOString());
  await searchPages({ ...pages, from, pageDone: (last) => watermark.advanceTo(timeOf(last)) });
}
