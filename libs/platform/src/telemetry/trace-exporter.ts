/** Sends finished spans to a collector: OTLP over HTTP, as JSON (opentelemetry.io/docs/specs/otlp). */
import { Logger } from '@nestjs/common';
import { counter } from './metrics.js';
import type { FinishedSpan, SpanAttributes, SpanExporter } from './tracing.js';

const SEND_EVERY_MS = 1_000;
const BATCH_SIZE = 512;
/** A collector that is away must not take the memory: further spans are dropped. */
const MAX_WAITING = 4_096;
const TIMEOUT_MS = 5_000;

const DROPPED = counter('cinema_spans_dropped_total', 'Spans that no collector got');

export class Exporter implements SpanExporter {
  readonly #logger = new Logger('Traces');
  readonly #timer: NodeJS.Timeout;
  #waiting: FinishedSpan[] = [];
  #sending: Promise<void> = Promise.resolve();
  #isAway = false;

  constructor(private readonly options: { readonly endpoint: string; readonly service: string; readonly version: string }) {
    this.#timer = setInterval(() => this.send(), SEND_EVERY_MS).unref();
  }

  add(span: FinishedSpan): void {
    if (this.#waiting.length >= MAX_WAITING) DROPPED.inc();
    else this.#waiting.push(span);
  }

  /** Sends what waits. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.send();
    await this.#sending;
  }

  /** One batch after another. */
  private send(): void {
    if (this.#waiting.length === 0) return;
    this.#sending = this.#sending.then(async () => {
      while (this.#waiting.length > 0) await this.sendBatch(this.#waiting.splice(0, BATCH_SIZE));
    });
  }

  private async sendBatch(spans: readonly FinishedSpan[]): Promise<void> {
    try {
      const response = await fetch(`${this.options.endpoint.replace(/\/$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.requestOf(spans)),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      this.#isAway = false;
    } catch (error) {
      DROPPED.inc(spans.length);
      if (!this.#isAway) this.#logger.warn({ err: error }, 'The collector takes no traces; they are dropped until it does');
      this.#isAway = true;
    }
  }

  private requestOf(spans: readonly FinishedSpan[]): object {
    const { service, version } = this.options;
    const resource = { attributes: attributesOf({ 'service.name': service, 'service.version': version }) };
    return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'movie-reservation' }, spans: spans.map(spanOf) }] }] };
  }
}

function spanOf({ traceId, spanId, parentSpanId, name, kind, startedAt, endedAt, attributes, isError }: FinishedSpan): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId === null ? {} : { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(endedAt),
    attributes: attributesOf(attributes),
    status: isError ? { code: 2 } : {},
  };
}

const nanoseconds = (ms: number): string => String(BigInt(Math.round(ms * 1_000)) * 1_000n);

function attributesOf(attributes: SpanAttributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}
