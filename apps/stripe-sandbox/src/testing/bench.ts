import Stripe from 'stripe';
import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox.js';
import { Receiver } from './receiver.js';

export const webhookSecret = 'whsec_bench';

/** A sandbox with the real SDK on one side and a webhook endpoint on the other. */
export class Bench {
  private constructor(
    public sandbox: Sandbox,
    readonly webhooks: Receiver,
  ) {}

  static async start(options: Partial<SandboxOptions> = {}): Promise<Bench> {
    const webhooks = await Receiver.start(webhookSecret);
    const sandbox = await startSandbox({
      port: 0,
      dataFile: ':memory:',
      webhookUrl: webhooks.url,
      webhookSecret,
      retryDelaysMs: [10, 20, 30],
      asyncDelayMs: 5,
      ...options,
    });
    return new Bench(sandbox, webhooks);
  }

  get stripe(): Stripe {
    return this.client('sk_test_bench');
  }

  client(key: string, config: { maxNetworkRetries?: number; timeout?: number } = {}): Stripe {
    return new Stripe(key, {
      host: '127.0.0.1',
      port: this.sandbox.port,
      protocol: 'http',
      maxNetworkRetries: 0,
      telemetry: false,
      ...config,
    });
  }

  /** A payment that went through with the card of this name. */
  pay(card = 'pm_card_visa', params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.create({ ...order, confirm: true, payment_method: card, ...params });
  }

  /** A request as curl would send it. */
  async curl(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answered> {
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as { error: StripeErrorBody } & Record<string, unknown>,
    };
  }

  async knob<T>(method: string, path: string, body?: object): Promise<T> {
    const answered = await this.turn(method, path, body);
    if (answered.status >= 300) throw new Error(`${method} ${path} answered ${answered.status}: ${answered.text}`);
    return answered.json() as T;
  }

  turn(method: string, path: string, body?: object): Promise<Answered> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.curl(method, `/sandbox${path}`, headers, body === undefined ? undefined : JSON.stringify(body));
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.webhooks.close();
  }
}

export interface StripeErrorBody {
  type: string;
  message: string;
  code?: string;
  param?: string;
}

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  json(): { error: StripeErrorBody } & Record<string, unknown>;
}

export const order = {
  amount: 2400,
  currency: 'eur',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} satisfies Stripe.PaymentIntentCreateParams;

/** The StripeError a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('the call was not refused');
}
