/** RabbitMQ behind the broker port: confirms on one connection, consumers on another, both opened again after a loss. */
import type { Channel, ConsumeMessage } from 'amqplib';
import { Broker, DEAD_LETTERS, EXCHANGE, type Binding, type Deliver, type Outcome, type StoreDeadLetter } from './broker.js';
import { CONTENT_TYPE, type Envelope } from './envelope.js';
import { within } from './rabbit-connection.js';
import { type ConsumeFromQueue, RabbitConsumers } from './rabbit-consumers.js';
import { attemptsOf, deadLetterOf, failureHeaders } from './rabbit-dead-letter.js';
import { RabbitPublisher } from './rabbit-publisher.js';
import { declareTopology, retryQueue } from './rabbit-topology.js';

export interface RabbitOptions {
  readonly url: string;
  readonly prefetch: number;
  readonly retryDelaysMs: readonly number[];
}

export class RabbitBroker extends Broker {
  readonly kind = 'rabbitmq';
  readonly #publisher: RabbitPublisher;
  readonly #consumers: RabbitConsumers;

  constructor(
    private readonly options: RabbitOptions,
    private readonly storeDeadLetter: StoreDeadLetter,
  ) {
    super();
    this.#publisher = new RabbitPublisher(options.url);
    this.#consumers = new RabbitConsumers(options);
  }

  async declare(bindings: readonly Binding[], unsubscribed: readonly string[] = []): Promise<void> {
    const model = await this.#publisher.connection.model();
    const channel = await within(model.createChannel(), 'open a channel');
    channel.on('error', () => undefined);
    const { retryDelaysMs } = this.options;
    await within(declareTopology(channel, { bindings, unsubscribed, retryDelaysMs }), 'declare the topology', 30_000);
    await within(channel.close(), 'close a channel');
  }

  async publish(messages: readonly Envelope[]): Promise<ReadonlySet<string>> {
    const confirmed = new Set<string>();
    const outcomes = messages.map(async (message) => {
      await this.#publisher.publish({
        exchange: EXCHANGE,
        routingKey: message.type,
        body: Buffer.from(JSON.stringify(message)),
        options: {
          messageId: message.id,
          type: message.type,
          contentType: CONTENT_TYPE,
          timestamp: Math.floor(Date.parse(message.time) / 1_000),
          ...(message.correlationid === undefined ? {} : { correlationId: message.correlationid }),
        },
      });
      confirmed.add(message.id);
    });
    const failures = (await Promise.allSettled(outcomes)).filter((outcome) => outcome.status === 'rejected');
    if (failures.length > 0 && confirmed.size === 0) throw failures[0]!.reason;
    return confirmed;
  }

  consume(bindings: readonly Binding[], deliver: Deliver): void {
    const reactions = bindings.map(({ queue }): [string, ConsumeFromQueue] => [
      queue,
      (channel, message) => this.react(channel, queue, message, deliver),
    ]);
    this.#consumers.start({
      declare: () => this.declare(bindings),
      queues: new Map([...reactions, [DEAD_LETTERS, (channel, message) => this.keepDeadLetter(channel, message)]]),
    });
  }

  async redeliver(queue: string, messageId: string | null, body: string): Promise<void> {
    const id = messageId === null ? {} : { messageId };
    await this.#publisher.publishToQueue(queue, Buffer.from(body), { contentType: CONTENT_TYPE, ...id });
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

  async ping(): Promise<void> {
    await within(this.#publisher.connection.model(), 'answer', 1_000);
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
