/** A program that receives webhooks, and events for it. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@app/kernel/id.js';
import type { Json } from '../../support/http-client.js';
import type { InProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
/** No reaction is subscribed to it, so its payload may be anything. */
export const TYPE = 'movies.genre-renamed.v1';
export const OTHER_TYPE = 'reservations.hold-extended.v1';

interface ReceivedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: Json;
  readonly localAddress: string;
}

type Answer = (received: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

export class Receiver {
  readonly received: ReceivedRequest[] = [];
  answer: Answer = (_received, response) => void response.writeHead(204).end();

  private constructor(private readonly server: Server) {}

  static async start({ host = '127.0.0.1' } = {}): Promise<Receiver> {
    const server = createServer((request, response) => void receiver.receive(request, response));
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/hooks'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  idsAt(path: string): string[] {
    return this.at(path).map(({ headers }) => headers['webhook-id']!);
  }

  at(path: string): ReceivedRequest[] {
    return this.received.filter((each) => each.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const headers = request.headers as Record<string, string>;
    const event = JSON.parse(body);
    const received = { path: request.url ?? '', headers, body, event, localAddress: request.socket.localAddress ?? '' };
    this.received.push(received);
    await this.answer(received, response);
  }
}

/** Writes events to the outbox, as a context does. The relay publishes them. Returns their ids. */
export async function publish(
  system: InProcessSystem,
  count = 1,
  type = TYPE,
  ids = Array.from({ length: count }, () => newId()),
): Promise<string[]> {
  await system.sql(
    `INSERT INTO messaging.outbox (id, type, subject, sequence, time, data)
     SELECT id, $2, gen_random_uuid(), 1, now(), '{"name": "Drama"}' FROM unnest($1::uuid[]) AS id`,
    [ids, type],
  );
  return ids;
}

export class WebhookAdmin {
  constructor(
    private readonly system: InProcessSystem,
    private readonly token: string,
  ) {}

  create(url: string, own: object = {}): Promise<Json> {
    return this.call('POST', '', { url, types: [TYPE], ...own });
  }

  call(method: string, path: string, body?: object): Promise<Json> {
    return this.system.expectOk(method, `/admin/webhook-endpoints${path}`, { token: this.token, ...(body && { body }) });
  }

  async deliveries(id: string, filter = ''): Promise<Json[]> {
    return (await this.call('GET', `/${id}/deliveries?limit=100${filter}`)).data as Json[];
  }

  /** Waits until the newest delivery of this endpoint is as described. */
  newest(id: string, expected: object): Promise<Json> {
    return until(
      async () => {
        const [first] = await this.deliveries(id);
        return first !== undefined && Object.entries(expected).every(([name, value]) => first[name] === value) && first;
      },
      { what: `a delivery with ${JSON.stringify(expected)}` },
    );
  }

  endpoint(id: string, expected: object): Promise<Json> {
    return until(
      async () => {
        const found = await this.call('GET', `/${id}`);
        return Object.entries(expected).every(([name, value]) => found[name] === value) && found;
      },
      { what: `the endpoint with ${JSON.stringify(expected)}` },
    );
  }
}
