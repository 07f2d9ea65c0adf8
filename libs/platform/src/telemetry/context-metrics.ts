/** What a context measures: its events when the relay has published them, and its tables at a scrape. One provider of the worker for each context. */
import { Gauge } from 'prom-client';
import type { DomainEvent, EventClass } from '@app/kernel/domain-event.js';
import { METRICS, counter } from './metrics.js';

interface MeasuredEvent {
  readonly type: string;
  readonly measure: (data: object) => void;
}

export function onEvent<E extends DomainEvent>(event: EventClass<E>, measure: (data: E['data']) => void): MeasuredEvent {
  return { type: event.type, measure };
}

export abstract class ContextMetrics {
  readonly #gauges: Gauge[] = [];

  /** Counted in the process of the relay that leads: each event once, and twice where a relay dies between publishing and noting it. */
  readonly events: readonly MeasuredEvent[] = [];

  /** Sets the gauges with one bounded statement. Throws what the database throws. */
  abstract measure(): Promise<void>;

  /** No value is better than an old one: an alert must not rest on it. */
  forget(): void {
    for (const each of this.#gauges) each.reset();
  }

  protected gauge<const Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> {
    METRICS.removeSingleMetric(name);
    const made = new Gauge({ name, help, labelNames, registers: [METRICS] });
    this.#gauges.push(made);
    return made;
  }
}

const PUBLISHED = counter('cinema_events_published_total', 'Events that the broker confirmed', ['type']);
const MEASURED = new Map<string, MeasuredEvent['measure']>();

/** An event type belongs to one context, so it has one measure. */
export function measureEvents(events: readonly MeasuredEvent[]): void {
  for (const { type, measure } of events) MEASURED.set(type, measure);
}

/** Called by the relay for each event that the broker confirmed. */
export function countPublishedEvent(type: string, data: object): void {
  PUBLISHED.inc({ type });
  MEASURED.get(type)?.(data);
}
