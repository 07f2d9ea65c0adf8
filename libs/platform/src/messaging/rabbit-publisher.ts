/** Publishes to RabbitMQ with confirms, on a connection of its own. */
import type { ConfirmChannel, Options } from 'amqplib';
import { PublishRefused, QueueMissing } from './broker.js';
import { RabbitConnection, within } from './rabbit-connection.js';

interface RabbitMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly options: Options.Publish;
}

export class RabbitPublisher {
  readonly connection: RabbitConnection;
  #channel: Promise<ConfirmChannel> | null = null;

  constructor(urls: readonly string[]) {
    const onLost = (): void => {
      this.#channel = null;
    };
    this.connection = new RabbitConnection({ urls, name: 'movie-reservation publish', onLost });
  }

  /** Resolves when RabbitMQ has confirmed. Rejects with `PublishRefused` when it refused, with any other error when it is away. */
  async publish(message: RabbitMessage): Promise<void> {
    await this.confirmed(await this.sharedChannel(), message);
  }

  /** As `publish`, straight into a queue. Throws `QueueMissing` as well. */
  async publishToQueue(queue: string, body: Buffer, options: Options.Publish): Promise<void> {
    // A channel of its own: what returns on it can only be this message. Without `mandatory`, the default exchange drops and confirms it.
    const channel = await this.openChannel();
    let isReturned = false;
    channel.on('return', () => (isReturned = true));
    try {
      await this.confirmed(channel, { exchange: '', routingKey: queue, body, options: { mandatory: true, ...options } });
    } finally {
      void within(channel.close(), 'close a channel').catch(() => undefined);
    }
    if (isReturned) throw new QueueMissing(queue);
  }

  private async confirmed(channel: ConfirmChannel, { exchange, routingKey, body, options }: RabbitMessage): Promise<void> {
    const confirm = new Promise<void>((resolve, reject) => {
      channel.publish(exchange, routingKey, body, { persistent: true, ...options }, (error: Error | null) =>
        error === null ? resolve() : reject(error.message === 'message nacked' ? new PublishRefused(error.message) : error),
      );
    });
    try {
      await within(confirm, 'confirm a message');
    } catch (error) {
      if (!(error instanceof PublishRefused)) {
        this.#channel = null;
        this.connection.drop();
      }
      throw error;
    }
  }

  private async sharedChannel(): Promise<ConfirmChannel> {
    this.#channel ??= this.openChannel(() => (this.#channel = null));
    try {
      return await this.#channel;
    } catch (error) {
      this.#channel = null;
      throw error;
    }
  }

  private async openChannel(onClose: () => void = () => undefined): Promise<ConfirmChannel> {
    const model = await this.connection.model();
    const channel = await within(model.createConfirmChannel(), 'open a channel');
    channel.on('error', () => undefined);
    channel.on('close', onClose);
    return channel;
  }
}
