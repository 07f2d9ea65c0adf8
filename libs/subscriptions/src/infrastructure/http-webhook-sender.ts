import { storableText } from '@app/kernel/text.js';
import { request as requestOverHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import { type LookupFunction, isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { isPublicAddress } from '../domain/public-address.js';
import type { WebhookResult } from '../domain/webhook-delivery.js';
import { type WebhookRequest, WebhookSender } from '../domain/webhook-sender.js';
import { hostOf } from '../domain/webhook-url.js';
import { SubscriptionsSettings } from '../subscriptions.settings.js';
import { HostNames } from './host-names.js';

/** As much of an answer as an admin reads. The rest is cut off. */
const MAX_ANSWER_BYTES = 2_048;
const MAX_ANSWER_CHARACTERS = 500;
const MAX_ERROR_CHARACTERS = 200;
/** A success needs no answer: its end is not waited for longer. */
const ANSWER_END_MS = 1_000;
const MAX_RETRY_AFTER_SECONDS = 86_400;
/** RFC 9110, section 10.2.3, and RFC 6585, section 4: the answers that ask for a pause. */
const ASKS_FOR_PAUSE = new Set([429, 503]);

class AddressRefused extends Error {
  readonly code = 'address-refused';
}

/**
 * A request of its own connection, which follows no redirect. The name is asked for once, every address is checked, and the connection goes to one of
 * these: a name server that answers differently the next time cannot lead it into our network.
 */
@Injectable()
export class HttpWebhookSender extends WebhookSender {
  constructor(
    private readonly settings: SubscriptionsSettings,
    private readonly names: HostNames,
  ) {
    super();
  }

  async send({ url, headers, body, signal }: WebhookRequest): Promise<WebhookResult> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.settings.timeoutMs);
    try {
      return await this.sendUntil(new URL(url), headers, body, AbortSignal.any([signal, deadline.signal]));
    } catch (error) {
      if (signal.aborted) throw error;
      return { kind: 'unanswered', error: deadline.signal.aborted ? 'time-out' : errorOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  private async sendUntil(url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<WebhookResult> {
    const addresses = await before(signal, this.names.addressesOf(hostOf(url)));
    if (!this.settings.allowsPrivateAddresses && !addresses.every(isPublicAddress))
      throw new AddressRefused(`An address of ${url.host} is not public`);
    const response = await post(url, { headers, body, signal, lookup: lookupOf(addresses) });
    const { statusCode: status = 0, headers: answered } = response;
    const answer = await beginningOf(response);
    const askedPauseMs = ASKS_FOR_PAUSE.has(status) ? retryAfterMs(answered['retry-after']) : null;
    return { kind: 'answered', status, answer, askedPauseMs };
  }
}

interface WebhookPost {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly lookup: LookupFunction;
}

function post(url: URL, { headers, body, signal, lookup }: WebhookPost): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method: 'POST',
    host: hostOf(url),
    port: url.port === '' ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: {
      ...headers,
      host: url.host,
      'content-length': Buffer.byteLength(body),
      'user-agent': 'movie-reservation-webhooks',
      'accept-encoding': 'identity',
      connection: 'close',
    },
    // A connection that is kept could be closed by the other side just as it is used again.
    agent: false,
    lookup,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestOverHttps(options, resolve) : requestOverHttp(options, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** Answers with the addresses that were checked. Node asks it for names only: an address in the URL is its own and was checked too. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, callback) => {
    const [first] = all;
    if (options.all === true) callback(null, all);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** The beginning of the body. What breaks off after the status is no failure of the request. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => response.destroy(), ANSWER_END_MS);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // Cut off: the status is what counts.
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
  return storableText(text.slice(0, MAX_ANSWER_CHARACTERS));
}

/** Seconds, or a date of HTTP. Null for anything else. */
function retryAfterMs(field: string | undefined): number | null {
  if (field === undefined) return null;
  const seconds = /^\d{1,9}$/.test(field) ? Number(field) : (Date.parse(field) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? null : Math.round(Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS) * 1_000);
}

/** Rejects when the signal aborts: a question to DNS cannot be ended. */
async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(new Error('aborted'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    aborted.promise.catch(() => undefined);
    work.catch(() => undefined);
  }
}

function errorOf(error: unknown): string {
  const { code, errors, message } = error as { code?: string; errors?: readonly { code?: string }[]; message?: string };
  if (code === 'ENOTFOUND') return 'name-unknown';
  return storableText((code ?? errors?.[0]?.code ?? message ?? 'unknown').slice(0, MAX_ERROR_CHARACTERS));
}
