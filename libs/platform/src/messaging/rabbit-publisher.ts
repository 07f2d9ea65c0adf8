/** Publishes to RabbitMQ with confirms, on a connection of its own. */
import type { ConfirmChannel, Options } from 'amqplib';
import { PublishRefused, QueueMissing } from './broker.js';
import { type OpenChannel, RabbitConnection, within } from './rabbit-connection.js';

export interface RabbitMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly options: Options.Publish;
}

/** What RabbitMQ answered to a message; null: nothing, because it went away. */
export type PublishOutcome = 'confirmed' | 'refused' | null;

export class RabbitPublisher {
  readonly connection: RabbitConnection;
  #shared: Promise<OpenChannel<ConfirmChannel>> | null = null;

  constructor(urls: readonly string[]) {
    this.connection = new RabbitConnection({ urls, name: 'movie-reservation publish', onLost: () => (this.#shared = null) });
  }

  /** Resolves when RabbitMQ has confirmed. Rejects with `PublishRefused` when it refused, with any other error when it is away. */
  async publish(message: RabbitMessage): Promise<void> {
    assertConfirmed(await this.publishAll([message]));
  }

  /** Sends them in order and waits for all answers together. Rejects when RabbitMQ is away and answered none of them. */
  async publishAll(messages: readonly RabbitMessage[]): Promise<PublishOutcome[]> {
    return this.send(await this.sharedChannel(), messages);
  }

  /** As `publish`, straight into a queue. Throws `QueueMissing` as well. */
  async publishToQueue(queue: string, body: Buffer, options: Options.Publish): Promise<void> {
    // A channel of its own: what returns on it can only be this message. Without `mandatory`, the default exchange drops and confirms it.
    const open = await this.openChannel();
    const { channel } = open;
    let isReturned = false;
    channel.on('return', () => (isReturned = true));
    try {
      assertConfirmed(await this.send(open, [{ exchange: '', routingKey: queue, body, options: { mandatory: true, ...options } }]));
    } finally {
      void within(channel.close(), 'close a channel').catch(() => undefined);
    }
    if (isReturned) throw new QueueMissing(queue);
  }

  private async send({ model, channel }: OpenChannel<ConfirmChannel>, messages: readonly RabbitMessage[]): Promise<PublishOutcome[]> {
    const outcomes = messages.map((): PublishOutcome => null);
    const answered = new Promise<void>((resolve, reject) => {
      let missing = messages.length;
      messages.forEach(({ exchange, routingKey, body, options }, i) =>
        channel.publish(exchange, routingKey, body, { persistent: true, ...options }, (error: Error | null) => {
          if (error !== null && error.message !== 'message nacked') return reject(error);
          outcomes[i] = error === null ? 'confirmed' : 'refused';
          if (--missing === 0) resolve();
        }),
      );
    });
    try {
      await within(answered, 'confirm messages');
    } catch (error) {
      // Not one that was opened since.
      this.connection.drop(model);
      if (outcomes.every((outcome) => outcome === null)) throw error;
    }
    return outcomes;
  }

  private sharedChannel(): Promise<OpenChannel<ConfirmChannel>> {
    if (this.#shared !== null) return this.#shared;
    const opening = this.openChannel();
    const forget = (): void => {
      if (this.#shared === opening) this.#shared = null;
    };
    opening.then(({ channel }) => channel.on('close', forget), forget);
    return (this.#shared = opening);
  }

  private async openChannel(): Promise<OpenChannel<ConfirmChannel>> {
    const model = await this.connection.model();
    return this.connection.openChannel(model, () => model.createConfirmChannel());
  }
}

function assertConfirmed([outcome]: readonly PublishOutcome[]): void {
  if (outcome !== 'confirmed') throw new PublishRefused('message nacked');
}
