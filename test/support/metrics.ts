/** Reads metrics as Prometheus does: samples by name and labels. */

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export class Scrape {
  constructor(readonly samples: readonly Sample[]) {}

  static of(text: string): Scrape {
    return new Scrape(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map(sampleOf),
    );
  }

  /** The sum of all samples of this name with at least these labels. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels);
    return this.samples
      .filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  get names(): Set<string> {
    return new Set(this.samples.map(({ name }) => name));
  }
}

export async function scrape(port: number): Promise<Scrape> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (!answer.ok) throw new Error(`The metrics answered ${answer.status}`);
  return Scrape.of(await answer.text());
}

function sampleOf(line: string): Sample {
  const parts = /^(?<name>[a-z_:]\w*)(\{(?<labels>.*)\})? (?<value>\S+)$/i.exec(line)?.groups;
  if (parts === undefined) throw new Error(`This is no sample: ${line}`);
  const labels = [...(parts['labels'] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, value]): [string, string] => [
    label!,
    value!,
  ]);
  return { name: parts['name']!, labels: Object.fromEntries(labels), value: Number(parts['value']) };
}

/** The names of all metrics that are served, those without a sample included. */
export async function metricNames(port: number): Promise<ReadonlySet<string>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!));
}
