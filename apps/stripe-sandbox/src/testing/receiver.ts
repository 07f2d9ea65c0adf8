import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';

export interface Received {
  event: Stripe.Event;
  /** Undefined when the signature did not fit the endpoint's secret. */
  verified: boolean;
  body: string;
  signature: string;
  at: number;
}

/** The status to answer with, at once or later, or no answer at all. */
type Answer = (received: Received, count: number) => number | 'hang' | Promise<number>;

/** A webhook endpoint that verifies what it gets, as an integrator would. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answer = () => 200;
  url = '';
  readonly #server: Server;
  readonly #stripe = new Stripe('sk_test_receiver');

  private constructor(private readonly secret: string) {
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) => {
        if (status !== 'hang') response.writeHead(status).end('{}');
      });
    });
  }

  static async start(secret: string): Promise<Receiver> {
    const receiver = new Receiver(secret);
    await new Promise<void>((listening) => receiver.#server.listen(0, '127.0.0.1', listening));
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}/webhooks`;
    return receiver;
  }

  get types(): string[] {
    return this.received.map(({ event }) => event.type);
  }

  /** The first event of a type, once it is there. */
  async first(type: string): Promise<Stripe.Event> {
    await this.until(() => this.types.includes(type));
    const found = this.received.find(({ event }) => event.type === type);
    if (found === undefined) throw new Error(`no ${type}`);
    return found.event;
  }

  until(condition: () => boolean): Promise<void> {
    return until(condition, () => `received ${this.types.join(', ') || 'nothing'}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #take(request: IncomingMessage): Promise<number | 'hang'> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const signature = String(request.headers['stripe-signature']);
    const received = {
      event: JSON.parse(body) as Stripe.Event,
      verified: this.#verifies(body, signature),
      body,
      signature,
      at: Date.now(),
    };
    this.received.push(received);
    return this.answer(received, this.received.length);
  }

  #verifies(body: string, signature: string): boolean {
    try {
      this.#stripe.webhooks.constructEvent(body, signature, this.secret);
      return true;
    } catch {
      return false;
    }
  }
}

/** Waits for a condition, never for a time; gives up with what is known after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, describe: () => string = () => 'the condition'): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
