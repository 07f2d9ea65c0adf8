/** RabbitMQ behind the broker port: confirms on one connection, consumers on another, both rebuilt after any loss. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import {
  Broker,
  DEAD_LETTERS,
  EXCHANGE,
  PublishRefused,
  QueueMissing,
  type Binding,
  type StoreDeadLetter,
  type DeadLetter,
  type Delivery,
  type Outcome,
} from './broker.js';
import { CONTENT_TYPE, type Envelope } from './envelope.js';
import { RabbitConnection, within } from './rabbit-connection.js';
import { declareTopology, retryQueue } from './rabbit-topology.js';

interface RabbitOptions {
  readonly url: string;
  readonly prefetch: number;
  readonly retryDelaysMs: readonly number[];
}

const ATTEMPTS = 'x-attempts';
const ORIGIN = 'x-origin-queue';
const REASON = 'x-reason';
const RECONNECT_MIN = 200;
const RECONNECT_MAX = 5_000;

export class RabbitBroker extends Broker {
  readonly kind = 'rabbitmq';
  readonly #publishing: RabbitConnection;
  readonly #consuming: RabbitConnection;
  #confirms: Promise<ConfirmChannel> | null = null;
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #consumers: { channel: Channel; tag: string }[] = [];
  readonly #inHand = new Set<Promise<void>>();

  constructor(
    private readonly options: RabbitOptions,
    private readonly bury: StoreDeadLetter,
  ) {
    super();
    this.#publishing = new RabbitConnection(options.url, 'movie-reservation publish', () => (this.#confirms = null));
    this.#consuming = new RabbitConnection(options.url, 'movie-reservation consume', () => this.#wake());
  }

  async declare(bindings: readonly Binding[], unheard: readonly string[] = []): Promise<void> {
    const model = await this.#publishing.model();
    const channel = await within(model.createChannel(), 'open a channel');
    channel.on('error', () => undefined);
    await within(declareTopology(channel, bindings, unheard, this.options.retryDelaysMs), 'declare the topology', 30_000);
    await within(channel.close(), 'close a channel');
  }

  async publish(messages: readonly Envelope[]): Promise<ReadonlySet<string>> {
    const confirmed = new Set<string>();
    const outcomes = messages.map(async (message) => {
      await this.confirmedPublish(EXCHANGE, message.type, Buffer.from(JSON.stringify(message)), {
        messageId: message.id,
        type: message.type,
        contentType: CONTENT_TYPE,
        timestamp: Math.floor(Date.parse(message.time) / 1_000),
        ...(message.correlationid === undefined ? {} : { correlationId: message.correlationid }),
      });
      confirmed.add(message.id);
    });
    const failures = (await Promise.allSettled(outcomes)).filter((outcome) => outcome.status === 'rejected');
    if (failures.length > 0 && confirmed.size === 0) throw failures[0]!.reason;
    return confirmed;
  }

  consume(bindings: readonly Binding[], deliver: (delivery: Delivery) => Promise<Outcome>): void {
    this.#stopping = new AbortController();
    this.#loop = this.keepConsuming(bindings, deliver);
  }

  async redeliver(queue: string, messageId: string | null, body: string): Promise<void> {
    // A channel of its own: what comes back on it can only be this message. The default exchange would drop it and confirm all the same.
    const channel = await this.openConfirmChannel();
    let returned = false;
    channel.on('return', () => (returned = true));
    try {
      await this.confirmed(channel, '', queue, Buffer.from(body), {
        mandatory: true,
        contentType: CONTENT_TYPE,
        ...(messageId === null ? {} : { messageId }),
      });
    } finally {
      void within(channel.close(), 'close a channel').catch(() => undefined);
    }
    if (returned) throw new QueueMissing(queue);
  }

  async stopConsuming(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
    await Promise.all(this.#inHand);
    await this.#consuming.close();
  }

  async close(): Promise<void> {
    await this.stopConsuming();
    await this.#publishing.close();
  }

  abandon(): void {
    this.#stopping.abort();
    this.#inHand.clear();
    this.#consuming.drop();
    this.#publishing.drop();
  }

  async ping(): Promise<void> {
    await within(this.#publishing.model(), 'answer', 1_000);
  }

  /** Connects, consumes until the connection or a channel is lost, and starts again with a growing, jittered pause. */
  private async keepConsuming(bindings: readonly Binding[], deliver: (delivery: Delivery) => Promise<Outcome>): Promise<void> {
    const { signal } = this.#stopping;
    let wait = RECONNECT_MIN;
    while (!signal.aborted) {
      const lost = new Promise<void>((resolve) => (this.#wake = resolve));
      try {
        await this.openConsumers(bindings, deliver);
        wait = RECONNECT_MIN;
        await lost;
      } catch {
        wait = Math.min(wait * 2, RECONNECT_MAX);
      }
      if (signal.aborted) break;
      this.#consuming.drop();
      await pause(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
    // Deliveries stop, the channels stay open for the acknowledgements of what is in hand.
    const cancelled = this.#consumers.map(({ channel, tag }) => within(channel.cancel(tag), 'cancel a consumer'));
    await Promise.allSettled(cancelled);
  }

  private async openConsumers(bindings: readonly Binding[], deliver: (delivery: Delivery) => Promise<Outcome>): Promise<void> {
    await this.declare(bindings);
    const model = await this.#consuming.model();
    this.#consumers = [];
    for (const { queue } of bindings) {
      await this.openConsumer(model, queue, (channel, message) => this.work(channel, queue, message, deliver));
    }
    await this.openConsumer(model, DEAD_LETTERS, (channel, message) => this.keepDead(channel, message));
  }

  private async openConsumer(
    model: ChannelModel,
    queue: string,
    take: (channel: Channel, message: ConsumeMessage) => Promise<void>,
  ): Promise<void> {
    const channel = await within(model.createChannel(), 'open a channel');
    channel.on('error', () => undefined);
    channel.on('close', () => this.#wake());
    await within(channel.prefetch(this.options.prefetch), 'set the prefetch');
    const onMessage = (message: ConsumeMessage | null): void => {
      // null: RabbitMQ cancelled the consumer (queue deleted, node stopping)
      if (message === null) return this.#wake();
      // Not acknowledged, the message comes back with the channel; the inbox makes that harmless.
      const job = take(channel, message)
        .catch(() => this.#wake())
        .finally(() => this.#inHand.delete(job));
      this.#inHand.add(job);
    };
    const { consumerTag } = await within(channel.consume(queue, onMessage), 'start a consumer');
    this.#consumers.push({ channel, tag: consumerTag });
  }

  private async work(
    channel: Channel,
    queue: string,
    message: ConsumeMessage,
    deliver: (delivery: Delivery) => Promise<Outcome>,
  ): Promise<void> {
    const attempts = Number(message.properties.headers?.[ATTEMPTS] ?? 0) || 0;
    const outcome = await deliver({ queue, body: message.content.toString('utf8'), attempts });
    await this.settle(channel, queue, message, attempts, outcome);
  }

  /** Out of the broker's queue into a table, where a person can look at it and send it back. */
  private async keepDead(channel: Channel, message: ConsumeMessage): Promise<void> {
    await this.bury(deadLetterOf(message));
    channel.ack(message);
  }

  private async settle(channel: Channel, queue: string, message: ConsumeMessage, attempts: number, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'release') return channel.nack(message, false, true);
    if (outcome.kind !== 'done') {
      const delay = outcome.kind === 'retry' ? this.options.retryDelaysMs[attempts] : undefined;
      const exchange = delay === undefined ? DEAD_LETTERS : retryQueue(delay);
      await this.confirmedPublish(exchange, queue, message.content, {
        messageId: message.properties.messageId as string | undefined,
        type: message.properties.type as string | undefined,
        contentType: message.properties.contentType as string | undefined,
        correlationId: message.properties.correlationId as string | undefined,
        headers: { [ATTEMPTS]: attempts + 1, [ORIGIN]: queue, [REASON]: outcome.reason.slice(0, 2_000) },
      });
    }
    channel.ack(message);
  }

  /** Resolves when RabbitMQ has confirmed. Rejects with `PublishRefused` when it said no, with anything else when it is away. */
  private async confirmedPublish(exchange: string, routingKey: string, body: Buffer, options: Options.Publish): Promise<void> {
    await this.confirmed(await this.confirmChannel(), exchange, routingKey, body, options);
  }

  private async confirmed(
    channel: ConfirmChannel,
    exchange: string,
    routingKey: string,
    body: Buffer,
    options: Options.Publish,
  ): Promise<void> {
    const confirm = new Promise<void>((resolve, reject) => {
      channel.publish(exchange, routingKey, body, { persistent: true, ...options }, (error: Error | null) =>
        error === null ? resolve() : reject(error.message === 'message nacked' ? new PublishRefused(error.message) : error),
      );
    });
    try {
      await within(confirm, 'confirm a message');
    } catch (error) {
      if (!(error instanceof PublishRefused)) {
        this.#confirms = null;
        this.#publishing.drop();
      }
      throw error;
    }
  }

  private async confirmChannel(): Promise<ConfirmChannel> {
    this.#confirms ??= this.openConfirmChannel(() => (this.#confirms = null));
    try {
      return await this.#confirms;
    } catch (error) {
      this.#confirms = null;
      throw error;
    }
  }

  private async openConfirmChannel(closed: () => void = () => undefined): Promise<ConfirmChannel> {
    const model = await this.#publishing.model();
    const channel = await within(model.createConfirmChannel(), 'open a channel');
    channel.on('error', () => undefined);
    channel.on('close', closed);
    return channel;
  }
}

/** Put there by us with headers of ours, or by RabbitMQ itself (delivery limit) with its `x-death`. */
function deadLetterOf({ content, properties, fields }: ConsumeMessage): DeadLetter {
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const [death] = (headers['x-death'] ?? []) as { queue?: string; reason?: string; count?: number }[];
  const messageId: unknown = properties.messageId;
  return {
    queue: text(headers[ORIGIN]) ?? death?.queue ?? fields.routingKey,
    messageId: typeof messageId === 'string' && UUID.test(messageId) ? messageId : null,
    reason: text(headers[REASON]) ?? death?.reason ?? 'unknown',
    attempts: Number(headers[ATTEMPTS] ?? death?.count ?? 0) || 0,
    body: content.toString('utf8').replaceAll('\0', ''),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
