/** Traces of OpenTelemetry: what belongs to one request, across processes, by `traceparent` (W3C Trace Context). Off until an endpoint is set. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** As OTLP numbers them. */
export const SPAN_KIND = { internal: 1, server: 2, client: 3, consumer: 5 } as const;

export type SpanAttributes = Readonly<Record<string, string | number>>;

interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

export interface FinishedSpan extends SpanContext {
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: SpanAttributes;
  readonly isError: boolean;
}

/** Where finished spans go. */
export interface SpanExporter {
  add(span: FinishedSpan): void;
  /** Sends what waits. */
  close(): Promise<void>;
}

interface SpanStart {
  readonly name: string;
  readonly kind: (typeof SPAN_KIND)[keyof typeof SPAN_KIND];
  readonly attributes?: SpanAttributes;
  /** A `traceparent` that came from outside or from a row. Without it: the span around this one. */
  readonly parent?: string | null | undefined;
}

/** A span that is under way. `end` is called once. */
export interface OpenSpan {
  readonly context: SpanContext;
  end(end: { readonly name?: string; readonly attributes?: SpanAttributes; readonly isError: boolean }): void;
}

const current = new AsyncLocalStorage<SpanContext>();
let exporter: SpanExporter | null = null;
let sampledPercent = 100;

/** From now on spans of this process are exported. Returns what ends that. */
export function startTracing(to: SpanExporter, percent: number): () => Promise<void> {
  exporter = to;
  sampledPercent = percent;
  return async () => {
    if (exporter === to) exporter = null;
    await to.close();
  };
}

export const isTracing = (): boolean => exporter !== null;

/** The `traceparent` of the span around the caller; null outside one, and while tracing is off. */
export function currentTraceparent(): string | null {
  const span = exporter === null ? undefined : current.getStore();
  return span === undefined ? null : `00-${span.traceId}-${span.spanId}-${span.isSampled ? '01' : '00'}`;
}

export function currentTraceId(): string | undefined {
  return exporter === null ? undefined : current.getStore()?.traceId;
}

/** Runs the work in a span. An error ends it as failed and is thrown on. While tracing is off it is only the work. */
export async function inSpan<T>(start: SpanStart, work: () => Promise<T>): Promise<T> {
  if (exporter === null) return work();
  const span = openSpan(start);
  try {
    const result = await current.run(span.context, work);
    span.end({ isError: false });
    return result;
  } catch (error) {
    span.end({ isError: true });
    throw error;
  }
}

/** For work that is not one function, such as a request. */
export function openSpan({ name, kind, attributes = {}, parent }: SpanStart): OpenSpan {
  const above = parent === undefined ? current.getStore() : (parseTraceparent(parent) ?? undefined);
  const startedAt = performance.timeOrigin + performance.now();
  const context: SpanContext = {
    traceId: above?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    isSampled: above?.isSampled ?? Math.random() * 100 < sampledPercent,
  };
  return {
    context,
    end: (end) => {
      if (!context.isSampled) return;
      exporter?.add({
        ...context,
        parentSpanId: above?.spanId ?? null,
        name: end.name ?? name,
        kind,
        startedAt,
        endedAt: performance.timeOrigin + performance.now(),
        attributes: { ...attributes, ...end.attributes },
        isError: end.isError,
      });
    },
  };
}

export function runInSpan<T>(span: OpenSpan, work: () => T): T {
  return current.run(span.context, work);
}

/** Null for what is no `traceparent`: any caller can send one. */
function parseTraceparent(text: string | null): SpanContext | null {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
