import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { currentTraceparent, inSpan, SPAN_KIND } from '@app/platform/telemetry/tracing.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { buyTicket } from '../../support/payments.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';
import { type RunningServer, startSmtpServer } from '../notifications/smtp-servers.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}
interface ExportRequest {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: Span[] }[] }[];
}

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Reads OTLP over HTTP, as a collector does. */
class Collector {
  readonly spans: Span[] = [];
  readonly bodies: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      this.bodies.push(body);
      if (request.url === '/v1/traces' && request.headers['content-type'] === 'application/json')
        for (const { scopeSpans } of (JSON.parse(body) as ExportRequest).resourceSpans)
          this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  ofTrace(traceId: string): Span[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }
}

describe('Traces', () => {
  const collector = new Collector();
  let mails: RunningServer;
  let system: InProcessSystem;

  beforeAll(async () => {
    mails = await startSmtpServer();
    const { url } = await freshVhost();
    system = await startInProcessSystem({
      env: { AMQP_URL: url, OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(), SMTP_URL: `smtp://${mails.host}` },
    });
  }, 60_000);
  afterAll(async () => {
    await system.close();
    await mails.close();
    collector.close();
  });

  it('a request, its event, reaction, job, Stripe call and mail are one trace', async () => {
    const { showtimeId } = await system.createShowtime();
    const customer = await system.registerCustomer();
    const { id } = await buyTicket(system, customer, showtimeId, ['A1', 'A2']);
    const headers = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` };
    expect((await system.delete(`/reservations/${id}`, { token: customer.token, headers })).status).toBeLessThan(300);
    const names = (): string[] => collector.ofTrace(TRACE_ID).map(({ name }) => name);
    const wanted = [
      /^DELETE \/api\/v1\/reservations\/:id/,
      /^react payments\./,
      /^react notifications\./,
      /^job payments\.submit-refund$/,
      /^stripe .*refund/i,
      /^job notifications\./,
      /^send mail$/,
    ];
    await until(() => wanted.every((pattern) => names().some((name) => pattern.test(name))), { what: 'every step of the trace' }).catch(
      () => expect(names().sort()).toEqual(wanted),
    );
    // Each span but the first has its parent in the trace. A parent ends, and is exported, after its children.
    const unknownParents = (): unknown[] => {
      const spans = collector.ofTrace(TRACE_ID);
      const known = new Set(spans.map(({ spanId }) => spanId));
      return spans.map(({ parentSpanId }) => parentSpanId).filter((parent) => !known.has(parent ?? ''));
    };
    await until(() => unknownParents().length === 1, { what: 'the parents' }).catch(() => undefined);
    expect(unknownParents()).toEqual(['00f067aa0ba902b7']);
    for (const { startTimeUnixNano, endTimeUnixNano } of collector.ofTrace(TRACE_ID))
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
  }, 90_000);

  it('a hold that shares its transaction with others stays in its own trace', async () => {
    const { showtimeId } = await system.createShowtime();
    const customers = await system.registerCustomers(6);
    const traceIds = customers.map((_, index) => `${index + 1}`.repeat(32));
    const held = await Promise.all(
      customers.map((customer, index) =>
        system.hold(customer, showtimeId, [`B${index + 1}`], { traceparent: `00-${traceIds[index]}-00f067aa0ba902b7-01` }),
      ),
    );
    const rows = await system.sql<{ subject: string; traceparent: string }>(
      `SELECT subject, traceparent FROM messaging.outbox WHERE subject = ANY ($1::uuid[])`,
      [held.map(({ body }) => body.id as string)],
    );
    for (const [index, { body }] of held.entries())
      expect(rows.find(({ subject }) => subject === body.id)?.traceparent).toContain(traceIds[index]);
  }, 60_000);

  it('what is no traceparent begins a new trace, and a decision against it is kept', async () => {
    for (const traceparent of ['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])
      expect((await system.get('/movies?limit=1', { headers: { traceparent } })).status).toBe(200);
    const unsampled = 'c'.repeat(32);
    expect((await system.get('/movies?limit=2', { headers: { traceparent: `00-${unsampled}-00f067aa0ba902b7-00` } })).status).toBe(200);
    await until(() => collector.spans.filter(({ name }) => name === 'GET /api/v1/movies').length >= 2, { what: 'two spans' });
    expect(collector.ofTrace(unsampled)).toEqual([]);
    expect(collector.ofTrace('0'.repeat(32))).toEqual([]);
  }, 60_000);

  it('no span holds a token, a password or an address', () => {
    const all = collector.bodies.join('');
    expect(all.length).toBeGreaterThan(1_000);
    expect(all).not.toMatch(/@customers\.test|passphrase|client_?secret|Bearer|sk_test/i);
  });
});

describe('A process without an endpoint', () => {
  it('a span is only its work', async () => {
    expect(currentTraceparent()).toBeNull();
    expect(await inSpan({ name: 'nothing', kind: SPAN_KIND.internal }, () => Promise.resolve(currentTraceparent()))).toBeNull();
  });
});
