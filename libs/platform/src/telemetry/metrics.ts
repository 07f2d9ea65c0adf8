/** The metrics of this process. It has one registry, as it has one event loop; `METRICS_PORT` serves it to Prometheus. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Each label has few values: route templates, codes, kinds and queues of the code, never an id, a path or a text of a client. */
export const METRICS = new Registry();

/** From a seat map out of memory to the time-out of a request, in seconds. */
const DURATION_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function counter<const Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
  return new Counter({ name, help, labelNames, registers: [METRICS] });
}

export function durationHistogram<const Label extends string = never>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  buckets: readonly number[] = DURATION_BUCKETS_SECONDS,
): Histogram<Label> {
  return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [METRICS] });
}

export function gauge<const Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> {
  return new Gauge({ name, help, labelNames, registers: [METRICS] });
}

/** A gauge that is read at each scrape. Declared again, as by a second application in one process, the new one replaces the old one. */
export function sampled(name: string, help: string, read: () => number): void {
  METRICS.removeSingleMetric(name);
  new Gauge({
    name,
    help,
    registers: [METRICS],
    collect() {
      this.set(read());
    },
  });
}

/** Seconds since `startedAt`, which is a time of `performance.now()`. */
export function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}
