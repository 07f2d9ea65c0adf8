/** Consumes from queues of RabbitMQ, on a connection of its own, and starts again after every loss until it is stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { RabbitConnection, closeIfOpen, within } from './rabbit-connection.js';

const RECONNECT_MIN_MS = 200;
const RECONNECT_MAX_MS = 5_000;
/** How often a message is tried again whose consumer threw. */
const CONSUME_AGAIN_MS = 1_000;

/**
 * Acknowledges the message on the channel. A consumer that throws is called again with the same message after a pause: the message stays with it,
 * so that no delivery is used up. Called again it must be harmless.
 */
export type ConsumeFromQueue = (channel: Channel, message: ConsumeMessage) => Promise<void>;

interface QueueConsumer {
  readonly queue: string;
  readonly consume: ConsumeFromQueue;
}

/** One connection, from its opening to its loss. */
interface Session {
  readonly model: ChannelModel;
  readonly lost: AbortSignal;
}

export class RabbitConsumers {
  readonly #logger = new Logger(RabbitConsumers.name);
  readonly #connection: RabbitConnection;
  readonly #inProgress = new Set<Promise<void>>();
  readonly #consumers = new Map<string, { channel: Channel; tag: string }>();
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #lost = new AbortController();
  #declaring: Promise<void> | null = null;

  constructor(private readonly options: { readonly urls: readonly string[]; readonly prefetch: number }) {
    this.#connection = new RabbitConnection({ urls: options.urls, name: 'movie-reservation consume', onLost: () => this.#lost.abort() });
  }

  /** `declare` runs before each start: a broker that lost its data has no queues. */
  start({ declare, queues }: { declare: () => Promise<void>; queues: ReadonlyMap<string, ConsumeFromQueue> }): void {
    this.#stopping = new AbortController();
    const declareOnce = (): Promise<void> => (this.#declaring ??= declare().finally(() => (this.#declaring = null)));
    this.#running = this.consumeUntilStopped(
      declareOnce,
      [...queues].map(([queue, consume]) => ({ queue, consume })),
    );
  }

  /** Waits for the deliveries in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#lost.abort();
    await this.#running;
    await Promise.all(this.#inProgress);
    await this.#connection.close();
  }

  abandon(): void {
    this.#stopping.abort();
    this.#lost.abort();
    this.#inProgress.clear();
    this.#connection.drop();
  }

  /** Consumes until the connection is lost, and starts again after a growing pause with jitter. */
  private async consumeUntilStopped(declare: () => Promise<void>, consumers: readonly QueueConsumer[]): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = RECONNECT_MIN_MS;
    while (!signal.aborted) {
      this.#lost = new AbortController();
      try {
        await declare();
        const session = { model: await this.#connection.model(), lost: this.#lost.signal };
        pauseMs = RECONNECT_MIN_MS;
        await Promise.all(consumers.map((consumer) => this.consumeUntilLost(session, consumer, declare)));
      } catch {
        pauseMs = Math.min(pauseMs * 2, RECONNECT_MAX_MS);
      }
      if (signal.aborted) break;
      this.#connection.drop();
      await pause(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
    // Deliveries end; the channels stay open for the acknowledgements of those in progress.
    // amqplib throws at once where a channel is closed already.
    const cancelled = [...this.#consumers.values()].map(async ({ channel, tag }) => within(channel.cancel(tag), 'cancel a consumer'));
    await Promise.allSettled(cancelled);
  }

  /** Keeps one consumer open while the connection lives. What closes its channel, or deletes its queue, concerns no other. */
  private async consumeUntilLost(session: Session, consumer: QueueConsumer, declare: () => Promise<void>): Promise<void> {
    const { lost } = session;
    let pauseMs = RECONNECT_MIN_MS;
    while (!lost.aborted) {
      try {
        const closed = await this.openConsumer(session, consumer);
        pauseMs = RECONNECT_MIN_MS;
        await endOf(closed);
      } catch {
        pauseMs = Math.min(pauseMs * 2, RECONNECT_MAX_MS);
      }
      if (lost.aborted) return;
      await pause(pauseMs * (0.5 + Math.random()), undefined, { signal: lost }).catch(() => undefined);
      if (!lost.aborted) await declare().catch(() => undefined);
    }
  }

  /** Returns a signal that the consumer ended. */
  private async openConsumer({ model, lost }: Session, { queue, consume }: QueueConsumer): Promise<AbortSignal> {
    const closed = new AbortController();
    lost.addEventListener('abort', () => closed.abort(), { once: true, signal: closed.signal });
    const channel = await within(model.createChannel(), 'open a channel');
    channel.on('error', () => undefined);
    channel.on('close', () => closed.abort());
    try {
      await within(channel.prefetch(this.options.prefetch), 'set the prefetch');
      const onMessage = (message: ConsumeMessage | null): void => {
        // Null: RabbitMQ cancelled the consumer (queue deleted, node stopping).
        if (message === null) return void closeIfOpen(channel).finally(() => closed.abort());
        const consuming = this.consumeUntilDone({ queue, consume }, { channel, message, closed: closed.signal }).finally(() =>
          this.#inProgress.delete(consuming),
        );
        this.#inProgress.add(consuming);
      };
      const { consumerTag } = await within(channel.consume(queue, onMessage), 'start a consumer');
      this.#consumers.set(queue, { channel, tag: consumerTag });
      return closed.signal;
    } catch (error) {
      void closeIfOpen(channel);
      throw error;
    }
  }

  /** Ends early when the channel is closed or the process stops: the message is delivered again, and the inbox makes that harmless. */
  private async consumeUntilDone(
    { queue, consume }: QueueConsumer,
    { channel, message, closed }: { channel: Channel; message: ConsumeMessage; closed: AbortSignal },
  ): Promise<void> {
    const ended = AbortSignal.any([closed, this.#stopping.signal]);
    do {
      try {
        return await consume(channel, message);
      } catch (error) {
        if (closed.aborted) return;
        this.#logger.warn({ err: error, queue }, 'A message is tried again after a pause');
        await pause(CONSUME_AGAIN_MS, undefined, { signal: ended }).catch(() => undefined);
      }
    } while (!ended.aborted);
  }
}

async function endOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
