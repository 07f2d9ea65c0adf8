import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { METRICS } from '@app/platform/telemetry/metrics.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { metricNames } from '../../support/metrics.js';

const folder = join(import.meta.dirname, '../../../compose');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

interface Query {
  readonly name: string;
  readonly expr: string;
}

const panels = (JSON.parse(read('grafana/cinema.json')) as { panels: { title: string; targets?: { expr: string }[] }[] }).panels;
const rules = (parse(read('prometheus/alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] }).groups.flatMap(
  (group) => group.rules,
);

const ofPanels: Query[] = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ name: `panel ${title}`, expr })));
const ofRules: Query[] = rules.map(({ alert, expr }) => ({ name: `rule ${alert}`, expr }));

/** Labels that Prometheus or a histogram adds. */
const ADDED = new Set(['le', 'job', 'instance']);

describe('The dashboard and the alert rules', () => {
  let system: InProcessSystem;
  let scraped: ReadonlySet<string>;

  beforeAll(async () => {
    const port = await freePort();
    system = await startInProcessSystem({ env: { WORKER_METRICS_PORT: String(port) } });
    scraped = await metricNames(port);
  }, 60_000);
  afterAll(() => system.close());

  const metricOf = (name: string): string => (scraped.has(name) ? name : name.replace(/_(bucket|count|sum)$/, ''));

  it('panels show reservations, money, queues and latencies, and there are rules', () => {
    expect(ofPanels.length).toBeGreaterThan(25);
    expect(ofRules.length).toBeGreaterThan(10);
  });

  it('every query names metrics that a scrape has', () => {
    for (const { name, expr } of [...ofPanels, ...ofRules]) {
      const named = [...expr.matchAll(/\b(?:cinema|nodejs|process)_\w+/g)].map(([metric]) => metric);
      expect([name, named.filter((metric) => !scraped.has(metricOf(metric)))]).toEqual([name, []]);
      expect([name, named.length > 0 || /\bup\{/.test(expr)]).toEqual([name, true]);
    }
  });

  it('every query selects and groups by labels that its metrics have', () => {
    for (const { name, expr } of [...ofPanels, ...ofRules]) {
      const metrics = [...expr.matchAll(/\b(cinema_\w+)(?:\{([^}]*)\})?/g)];
      const labelsOf = (metric: string): string[] =>
        (METRICS.getSingleMetric(metricOf(metric)) as unknown as { labelNames: string[] }).labelNames;
      for (const [, metric, selector = ''] of metrics) {
        const selected = [...selector.matchAll(/(\w+)[=!]~?"/g)].map(([, label]) => label!);
        expect([name, selected.filter((label) => !labelsOf(metric!).includes(label))]).toEqual([name, []]);
      }
      const known = new Set(metrics.flatMap(([, metric]) => labelsOf(metric!)));
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(',').map((label) => label.trim()));
      if (metrics.length > 0) expect([name, grouped.filter((label) => !known.has(label) && !ADDED.has(label))]).toEqual([name, []]);
    }
  });
});
