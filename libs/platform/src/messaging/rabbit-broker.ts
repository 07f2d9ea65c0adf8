/** RabbitMQ behind the broker port: confirms on one connection, consumers on another, both opened again after a loss. */
import { Logger } from '@nestjs/common';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { EventLogLimits } from '../config/settings.js';
import { TOPOLOGY_MISMATCH, alert } from '../telemetry/alert.js';
import {
  Broker,
  DEAD_LETTERS,
  DEAD_LETTERS_QUEUE,
  EXCHANGE,
  REACTIONS_EXCHANGE,
  TopologyMismatch,
  UNROUTED,
  type Binding,
  type Deliver,
  type Outcome,
  type PublishResult,
  type StoreDeadLetter,
} from './broker.js';
import { CONTENT_TYPE, type Envelope } from './envelope.js';
import { within } from './rabbit-connection.js';
import { type ConsumeFromQueue, RabbitConsumers } from './rabbit-consumers.js';
import { declareEventLog } from './rabbit-event-log.js';
import { attemptsOf, deadLetterOf, failureHeaders } from './rabbit-dead-letter.js';
import { type PublishOutcome, type RabbitMessage, RabbitPublisher } from './rabbit-publisher.js';
import { unbindQueue } from './rabbit-queue.js';
import { removeOldQueue } from './rabbit-old-queue.js';
import { OLD_DEAD_LETTERS_QUEUE, declareTopology, retryQueue } from './rabbit-topology.js';

/** Answers to a declaration: 403 forbidden, 405 somebody else's, 406 another type or other arguments. */
const NOT_OURS: ReadonlySet<number> = new Set([403, 405, 406]);

interface RabbitOptions {
  /** Of the nodes of one RabbitMQ. */
  readonly urls: readonly string[];
  readonly prefetch: number;
  readonly retryDelaysMs: readonly number[];
  /** Left out, or null: no log is declared. */
  readonly eventLog?: EventLogLimits | null;
}

interface Declaration {
  readonly model: ChannelModel;
  readonly bindings: readonly Binding[];
  readonly unsubscribed: readonly string[];
}

export class RabbitBroker extends Broker {
  readonly kind = 'rabbitmq';
  readonly #publisher: RabbitPublisher;
  readonly #consumers: RabbitConsumers;
  readonly #logger = new Logger(RabbitBroker.name);
  /** Of the last declaration. */
  #mismatch: TopologyMismatch | null = null;
  /** Of everything: null in a process whose relay has never led. */
  #declared: Declaration | null = null;

  constructor(
    private readonly options: RabbitOptions,
    private readonly storeDeadLetter: StoreDeadLetter,
  ) {
    super();
    this.#publisher = new RabbitPublisher(options.urls);
    this.#consumers = new RabbitConsumers(options);
  }

  async declare(bindings: readonly Binding[], unsubscribed: readonly string[] = []): Promise<void> {
    const { retryDelaysMs } = this.options;
    const model = await this.#publisher.connection.withChannel(async ({ model, channel }) => {
      try {
        await within(declareTopology(channel, { bindings, unsubscribed, retryDelaysMs }), 'declare the topology', 30_000);
        return model;
      } catch (error) {
        throw this.asMismatch(error);
      }
    });
    if (this.#mismatch !== null) this.#logger.log('The topology of RabbitMQ is as it should be again');
    this.#mismatch = null;
    // By the relay alone, which declares everything.
    if (unsubscribed.length === 0) return;
    await this.declareLog();
    this.#declared = { model, bindings, unsubscribed };
  }

  /** RabbitMQ may have lost its data with its connection, and consumers may have declared their part since: an event would miss the rest. */
  private async declareOnNewConnection(): Promise<void> {
    const declared = this.#declared;
    if (declared === null || declared.model === (await this.#publisher.connection.model())) return;
    await this.declare(declared.bindings, declared.unsubscribed);
  }

  /** The cinema needs no log: without it, everything else goes on. */
  private async declareLog(): Promise<void> {
    const { urls, eventLog = null } = this.options;
    if (eventLog === null) return;
    try {
      if (await declareEventLog(urls, eventLog)) return;
      this.#logger.warn(eventLog, 'The log of events was declared with other limits, and keeps them until it is deleted');
    } catch (error) {
      this.#logger.warn({ err: error }, 'RabbitMQ has no log of events; subscribers catch up with GET /events');
    }
  }

  async unbind({ queue, type }: Binding): Promise<boolean> {
    const exchanges = [REACTIONS_EXCHANGE, EXCHANGE];
    return this.#publisher.connection.withChannel(({ channel }) => unbindQueue(channel, { queue, exchanges, routingKey: type }));
  }

  async publish(messages: readonly Envelope[]): Promise<PublishResult> {
    await this.declareOnNewConnection();
    const outcomes = await this.#publisher.publishAll(messages.map(rabbitMessage));
    const idsOf = (wanted: PublishOutcome): Set<string> => new Set(messages.filter((_, i) => outcomes[i] === wanted).map(({ id }) => id));
    return { confirmed: idsOf('confirmed'), refused: idsOf('refused') };
  }

  consume(bindings: readonly Binding[], deliver: Deliver): void {
    const reactions = bindings.map(({ queue }): [string, ConsumeFromQueue] => [
      queue,
      (channel, message) => this.react(channel, queue, message, deliver),
    ]);
    const keepDeadLetter: ConsumeFromQueue = (channel, message) => this.keepDeadLetter(channel, message);
    this.#consumers.start({
      declare: async () => {
        await this.declare(bindings);
        const old = { queue: OLD_DEAD_LETTERS_QUEUE, exchange: DEAD_LETTERS, consume: keepDeadLetter };
        await this.#publisher.connection
          .withChannel(({ channel }) => removeOldQueue(channel, old))
          .catch((error: unknown) => this.#logger.warn({ err: error }, 'The old queue of dead letters waits for the next start'));
      },
      queues: new Map([...reactions, [DEAD_LETTERS_QUEUE, keepDeadLetter]]),
    });
  }

  async redeliver(queue: string, messageId: string | null, body: string): Promise<void> {
    const id = messageId === null ? {} : { messageId };
    await this.#publisher.publishToQueue(queue, Buffer.from(body), { contentType: CONTENT_TYPE, ...id });
  }

  async unroutedCount(): Promise<number> {
    return this.#publisher.connection.withChannel(
      async ({ channel }) => (await within(channel.checkQueue(UNROUTED), 'find a queue')).messageCount,
    );
  }

  async stopConsuming(): Promise<void> {
    await this.#consumers.stop();
  }

  async close(): Promise<void> {
    await this.stopConsuming();
    await this.#publisher.connection.close();
  }

  abandon(): void {
    this.#consumers.abandon();
    this.#publisher.connection.drop();
  }

  override get address(): string | null {
    return this.#publisher.connection.address;
  }

  async ping(): Promise<void> {
    await within(this.#publisher.connection.model(), 'answer', 1_000);
    if (this.#mismatch !== null) throw this.#mismatch;
  }

  /** An alert when it begins, not at every attempt. */
  private asMismatch(error: unknown): unknown {
    const { code, message } = error as { code?: unknown; message?: string };
    if (typeof code !== 'number' || !NOT_OURS.has(code)) return error;
    const known = this.#mismatch?.message;
    this.#mismatch = new TopologyMismatch(message);
    if (known !== message)
      alert(TOPOLOGY_MISMATCH, 'RabbitMQ has an exchange or a queue of ours in another form; no event moves', { reason: message });
    return this.#mismatch;
  }

  private async react(channel: Channel, queue: string, message: ConsumeMessage, deliver: Deliver): Promise<void> {
    const outcome = await deliver({ queue, body: message.content.toString('utf8'), attempts: attemptsOf(message) });
    if (outcome.kind === 'requeue') return channel.nack(message, false, true);
    if (outcome.kind !== 'acknowledge') await this.fail(queue, message, outcome);
    channel.ack(message);
  }

  /** Publishes the message to the retry queue of its next delay, or to the dead letters. */
  private async fail(queue: string, { content, properties }: ConsumeMessage, outcome: Outcome & { reason: string }): Promise<void> {
    const attempts = attemptsOf({ properties } as ConsumeMessage);
    const delayMs = outcome.kind === 'retry' ? this.options.retryDelaysMs[attempts] : undefined;
    await this.#publisher.publish({
      exchange: delayMs === undefined ? DEAD_LETTERS : retryQueue(delayMs),
      routingKey: queue,
      body: content,
      options: {
        messageId: properties.messageId as string | undefined,
        type: properties.type as string | undefined,
        contentType: properties.contentType as string | undefined,
        correlationId: properties.correlationId as string | undefined,
        headers: failureHeaders({ attempts: attempts + 1, queue, reason: outcome.reason }),
      },
    });
  }

  /** Moves a dead letter from the queue of the broker to the table, where a person can look at it and send it back. */
  private async keepDeadLetter(channel: Channel, message: ConsumeMessage): Promise<void> {
    await this.storeDeadLetter(deadLetterOf(message));
    channel.ack(message);
  }
}

function rabbitMessage(envelope: Envelope): RabbitMessage {
  const { id, type, time, correlationid, traceparent } = envelope;
  return {
    exchange: EXCHANGE,
    routingKey: type,
    body: Buffer.from(JSON.stringify(envelope)),
    options: {
      messageId: id,
      type,
      contentType: CONTENT_TYPE,
      timestamp: Math.floor(Date.parse(time) / 1_000),
      ...(correlationid === undefined ? {} : { correlationId: correlationid }),
      ...(traceparent === undefined ? {} : { headers: { traceparent } }),
    },
  };
}
