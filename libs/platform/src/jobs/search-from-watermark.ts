/** Searches facts of another context whose event is late or lost, from where the last search came to. */

/** Each search starts this long before the watermark. No transaction that could still store an older fact stays open longer. */
const OVERLAP_MS = 10 * 60_000;

export interface SearchWatermark {
  read(): Promise<Date>;
  /** `at` is an ISO instant. */
  advanceTo(at: string): Promise<void>;
  /** For a clock that was set back: only that is behind the watermark. A search from there would miss every fact since then. */
  reset(): Promise<void>;
}

export interface WatermarkSearch<Fact extends Position, Position> {
  readonly watermark: SearchWatermark;
  readonly now: Date;
  readonly pageSize: number;
  /** The position before every fact from this ISO instant on. */
  readonly positionAt: (since: string) => Position;
  /** At most `pageSize` facts after a position, in order. */
  readonly read: (after: Position) => Promise<readonly Fact[]>;
  /** The ISO instant of a fact. */
  readonly timeOf: (fact: Fact) => string;
  /** Returns whether nothing failed. */
  readonly handle: (facts: readonly Fact[]) => Promise<boolean>;
}

/** The watermark stays before a fact that failed, so that every later search finds it again; the search goes on behind it. */
export async function searchFromWatermark<Fact extends Position, Position>(search: WatermarkSearch<Fact, Position>): Promise<void> {
  const { watermark, now, pageSize } = search;
  if ((await watermark.read()) > now) await watermark.reset();
  let after = search.positionAt(new Date((await watermark.read()).getTime() - OVERLAP_MS).toISOString());
  let hasFailed = false;
  for (;;) {
    const page = await search.read(after);
    const last = page.at(-1);
    if (last === undefined) return;
    hasFailed = !(await search.handle(page)) || hasFailed;
    if (!hasFailed) await watermark.advanceTo(search.timeOf(last));
    if (page.length < pageSize) return;
    after = last;
  }
}
