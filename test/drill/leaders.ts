/** Looks for two relays that lead at once, by the metrics of the workers, while faults happen. */
const INTERVAL_MS = 500;
const TIMEOUT_MS = 1_000;
/** A worker that stops to lead does not lead again sooner: two readings that are closer belong to one leadership. */
const SAME_LEADERSHIP_MS = 150;

export class LeaderWatch {
  readonly #changes: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isReading = false;
  #readings = 0;
  #twice = 0;
  #leader: string | null = null;

  /** `metrics` are the addresses of the workers' metrics. */
  constructor(private readonly metrics: readonly string[]) {}

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#isReading) return;
      this.#isReading = true;
      void this.read().finally(() => (this.#isReading = false));
    }, INTERVAL_MS);
  }

  /** Returns how many readings there were, how many had two leaders, and how often another worker led than before. */
  stop(): { readings: number; twice: number; changes: number } {
    if (this.#timer !== null) clearInterval(this.#timer);
    return { readings: this.#readings, twice: this.#twice, changes: Math.max(0, this.#changes.length - 1) };
  }

  /** One after the other: where an earlier one still says that it leads after a later one has said so, both led at once. */
  async read(): Promise<void> {
    this.#readings++;
    const leading: { url: string; at: number }[] = [];
    for (const url of this.metrics) {
      const at = performance.now();
      if (await leads(url)) leading.push({ url, at });
    }
    for (const { url, at } of leading.slice(0, -1)) if ((await leads(url)) && performance.now() - at < SAME_LEADERSHIP_MS) this.#twice++;
    const [only, other] = leading;
    if (only === undefined || other !== undefined || only.url === this.#leader) return;
    this.#leader = only.url;
    this.#changes.push(only.url);
  }
}

/** A worker that does not answer does not lead, or cannot be asked. */
async function leads(url: string): Promise<boolean> {
  try {
    const text = await (await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })).text();
    return /^cinema_relay_leads(\{[^}]*\})? 1$/m.test(text);
  } catch {
    return false;
  }
}
