/** Sends webhooks to a receiver under test, right and wrong ones, and keeps how it answered. */
import { newWebhookSecret, webhookHeaders } from '@app/subscriptions';
import type { SentEvent } from './sent-events.js';

/** `status` 0: no answer; `problem` says why. */
export interface Answer {
  readonly status: number;
  readonly problem: string | null;
  readonly tookMs: number;
}

/** What is wrong with a request. Left out: nothing, it is what the cinema sends. */
export interface Distortion {
  /** The time that is signed, in seconds from now. */
  readonly secondsFromNow?: number;
  readonly secrets?: (secret: string) => readonly string[];
  /** Changes the headers after the signature. */
  readonly headers?: (headers: Record<string, string>) => Record<string, string>;
  /** Changes the body after the signature. */
  readonly body?: (body: string) => string;
}

export class ReceiverClient {
  /** Milliseconds of every answer. */
  readonly durationsMs: number[] = [];

  constructor(
    private readonly url: string,
    private readonly secret: string,
    private readonly limitMs: number,
  ) {}

  async send(event: SentEvent, distortion: Distortion = {}): Promise<Answer> {
    const { secondsFromNow = 0, secrets = (secret) => [secret], headers = (each) => each, body: change = (text) => text } = distortion;
    const body = JSON.stringify(event);
    const timestamp = Math.floor(Date.now() / 1_000) + secondsFromNow;
    const signed = webhookHeaders({ id: event.id, timestamp, body }, secrets(this.secret));
    const startedAt = performance.now();
    const { status, problem } = await this.post(
      change(body),
      headers({ 'content-type': 'application/cloudevents+json; charset=utf-8', ...signed }),
    );
    const tookMs = performance.now() - startedAt;
    if (status !== 0) this.durationsMs.push(tookMs);
    return { status, problem, tookMs };
  }

  private async post(body: string, headers: Record<string, string>): Promise<{ status: number; problem: string | null }> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        body,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.limitMs),
      });
      await response.body?.cancel();
      return { status: response.status, problem: null };
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      return { status: 0, problem: name === 'TimeoutError' ? `no answer within ${this.limitMs} ms` : (cause?.code ?? String(error)) };
    }
  }
}

/** Another secret than the receiver's. */
export const wrongSecret = newWebhookSecret();
