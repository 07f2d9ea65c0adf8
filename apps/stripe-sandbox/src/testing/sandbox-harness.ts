import Stripe from 'stripe';
import type { SandboxOptions } from '../sandbox-options.js';
import { startSandbox, type Sandbox } from '../sandbox.js';
import { WebhookReceiver } from './webhook-receiver.js';

export const WEBHOOK_SECRET = 'whsec_harness';

export const INTENT_PARAMETERS = {
  amount: 2400,
  currency: 'eur',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} satisfies Stripe.PaymentIntentCreateParams;

interface StripeErrorBody {
  type: string;
  message: string;
  code?: string;
  param?: string;
}

interface HttpResponse {
  status: number;
  headers: Headers;
  text: string;
  json(): { error: StripeErrorBody } & Record<string, unknown>;
}

/** A running sandbox, clients of the real SDK, and a webhook endpoint that receives its events. */
export class SandboxHarness {
  private constructor(
    readonly sandbox: Sandbox,
    readonly webhooks: WebhookReceiver,
  ) {}

  static async start(options: Partial<SandboxOptions> = {}): Promise<SandboxHarness> {
    const webhooks = await WebhookReceiver.start(WEBHOOK_SECRET);
    const sandbox = await startSandbox({
      port: 0,
      dataFile: ':memory:',
      webhookUrl: webhooks.url,
      webhookSecret: WEBHOOK_SECRET,
      retryDelaysMs: [10, 20, 30],
      asyncDelayMs: 5,
      ...options,
    });
    return new SandboxHarness(sandbox, webhooks);
  }

  get stripe(): Stripe {
    return this.client('sk_test_harness');
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

  /** Creates and confirms a payment intent. */
  pay(card = 'pm_card_visa', params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.create({ ...INTENT_PARAMETERS, confirm: true, payment_method: card, ...params });
  }

  /** Sends a request without the SDK. */
  async request(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<HttpResponse> {
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

  /** Calls a route below `/sandbox`. Throws when it is refused. */
  async control<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.tryControl(method, path, body);
    if (response.status >= 300) throw new Error(`${method} ${path} answered ${response.status}: ${response.text}`);
    return response.json() as T;
  }

  tryControl(method: string, path: string, body?: object): Promise<HttpResponse> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.request(method, `/sandbox${path}`, body === undefined ? {} : json);
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await this.webhooks.close();
  }
}

/** Returns the StripeError that a call rejects with. Throws when the call succeeds or rejects with another error. */
export async function stripeErrorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call succeeded.');
}
