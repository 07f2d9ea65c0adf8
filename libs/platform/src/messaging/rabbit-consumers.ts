/** Consumes from queues of RabbitMQ, on a connection of its own, and starts again after every loss until it is stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { RabbitConnection, within } from './rabbit-connection.js';

const RECONNECT_MIN_MS = 200;
const RECONNECT_MAX_MS = 5_000;

/** Acknowledges the message on the channel. A message whose consumer throws is delivered again with the next channel. */
export type ConsumeFromQueue = (channel: Channel, message: ConsumeMessage) => Promise<void>;

export class RabbitConsumers {
  readonly #connection: RabbitConnection;
  readonly #inProgress = new Set<Promise<void>>();
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #onLost: () => void = () => undefined;
  #consumers: { channel: Channel; tag: string }[] = [];

  constructor(private readonly options: { readonly url: string; readonly prefetch: number }) {
    this.#connection = new RabbitConnection({ url: options.url, name: 'movie-reservation consume', onLost: () => this.#onLost() });
  }

  /** `declare` runs before each start: a broker that lost its data has no queues. */
  start({ declare, queues }: { declare: () => Promise<void>; queues: ReadonlyMap<string, ConsumeFromQueue> }): void {
    this.#stopping = new AbortController();
    this.#running = this.consumeUntilStopped(declare, queues);
  }

  /** Waits for the deliveries in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#onLost();
    await this.#running;
    await Promise.all(this.#inProgress);
    await this.#connection.close();
  }

  abandon(): void {
    this.#stopping.abort();
    this.#inProgress.clear();
    this.#connection.drop();
  }

  /** Consumes until the connection or a channel is lost, and starts again after a growing pause with jitter. */
  private async consumeUntilStopped(declare: () => Promise<void>, queues: ReadonlyMap<string, ConsumeFromQueue>): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = RECONNECT_MIN_MS;
    while (!signal.aborted) {
      const lost = new Promise<void>((resolve) => (this.#onLost = resolve));
      try {
        await declare();
        await this.openConsumers(queues);
        pauseMs = RECONNECT_MIN_MS;
        await lost;
      } catch {
        pauseMs = Math.min(pauseMs * 2, RECONNECT_MAX_MS);
      }
      if (signal.aborted) break;
      this.#connection.drop();
      await pause(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
    // Deliveries end; the channels stay open for the acknowledgements of those in progress.
    const cancelled = this.#consumers.map(({ channel, tag }) => within(channel.cancel(tag), 'cancel a consumer'));
    await Promise.allSettled(cancelled);
  }

  private async openConsumers(queues: ReadonlyMap<string, ConsumeFromQueue>): Promise<void> {
    const model = await this.#connection.model();
    this.#consumers = [];
    for (const [queue, consume] of queues) await this.openConsumer(model, queue, consume);
  }

  private async openConsumer(model: ChannelModel, queue: string, consume: ConsumeFromQueue): Promise<void> {
    const channel = await within(model.createChannel(), 'open a channel');
    channel.on('error', () => undefined);
    channel.on('close', () => this.#onLost());
    await within(channel.prefetch(this.options.prefetch), 'set the prefetch');
    const onMessage = (message: ConsumeMessage | null): void => {
      // Null: RabbitMQ cancelled the consumer (queue deleted, node stopping).
      if (message === null) return this.#onLost();
      // A message that is not acknowledged is delivered again; the inbox makes that harmless.
      const consuming = consume(channel, message)
        .catch(() => this.#onLost())
        .finally(() => this.#inProgress.delete(consuming));
      this.#inProgress.add(consuming);
    };
    const { consumerTag } = await within(channel.consume(queue, onMessage), 'start a consumer');
    this.#consumers.push({ channel, tag: consumerTag });
  }
}
