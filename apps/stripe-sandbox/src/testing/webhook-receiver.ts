import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';

const WAIT_LIMIT_MS = 10_000;
const POLL_INTERVAL_MS = 5;
const PATH = '/webhooks';

interface ReceivedWebhook {
  event: Stripe.Event;
  /** Whether the signature fits the endpoint's secret. */
  verified: boolean;
  receivedAtMs: number;
}

/** Returns the status to respond with. `hang` never responds. */
type Respond = (received: ReceivedWebhook, count: number) => number | 'hang' | Promise<number>;

/** A webhook endpoint that records each webhook and verifies its signature. A redirect leads to another path of it. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Of every request, also of one that was redirected. */
  readonly paths: (string | undefined)[] = [];
  respond: Respond = () => 200;
  url = '';
  readonly #server: Server;
  readonly #stripe = new Stripe('sk_test_receiver');

  private constructor(private readonly secret: string) {
    this.#server = createServer((request, response) => {
      this.paths.push(request.url);
      if (request.url !== PATH) return void response.writeHead(200).end('{}');
      void this.record(request).then((status) => {
        if (status !== 'hang') response.writeHead(status, { location: `${PATH}/elsewhere` }).end('{}');
      });
    });
  }

  static async start(secret: string): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(secret);
    await new Promise<void>((listening) => receiver.#server.listen(0, '127.0.0.1', listening));
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}${PATH}`;
    return receiver;
  }

  get eventTypes(): string[] {
    return this.received.map(({ event }) => event.type);
  }

  /** Waits for an event of this type, and returns the first one. */
  async firstEvent(type: string): Promise<Stripe.Event> {
    await this.waitUntil(() => this.eventTypes.includes(type));
    const found = this.received.find(({ event }) => event.type === type);
    if (found === undefined) throw new Error(`No event ${type} was received.`);
    return found.event;
  }

  /** Throws when more than that were received. */
  async waitForCount(count: number): Promise<void> {
    await this.waitUntil(() => this.received.length >= count);
    if (this.received.length > count) throw new Error(`Not ${count} events but these were received: ${this.eventTypes.join(', ')}`);
  }

  waitUntil(condition: () => boolean): Promise<void> {
    return waitUntil(condition, () => `the received events are ${this.eventTypes.join(', ') || 'none'}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  private async record(request: IncomingMessage): Promise<number | 'hang'> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const signature = String(request.headers['stripe-signature']);
    const received = {
      event: JSON.parse(body) as Stripe.Event,
      verified: this.isVerified(body, signature),
      receivedAtMs: Date.now(),
    };
    this.received.push(received);
    return this.respond(received, this.received.length);
  }

  private isVerified(body: string, signature: string): boolean {
    try {
      this.#stripe.webhooks.constructEvent(body, signature, this.secret);
      return true;
    } catch {
      return false;
    }
  }
}

/** Waits until the condition is true. Throws after ten seconds, with the description of the current state. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  describeState: () => string = () => 'the condition is still false',
): Promise<void> {
  const deadlineMs = Date.now() + WAIT_LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`Waited ${WAIT_LIMIT_MS} ms: ${describeState()}.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}
