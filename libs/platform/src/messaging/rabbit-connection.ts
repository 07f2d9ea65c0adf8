/** One connection to RabbitMQ that is made when needed, forgotten when it breaks, and never waited for longer than its limit. */
import amqp, { type ChannelModel } from 'amqplib';

/** A broker that answers nothing within this is treated as gone (amqplib itself can wait for ever during a memory alarm). */
export const BROKER_TIMEOUT = 5_000;
const HEARTBEAT_SECONDS = 10;

export async function within<T>(work: Promise<T>, what: string, limit = BROKER_TIMEOUT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`RabbitMQ did not ${what} within ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class RabbitConnection {
  #model: ChannelModel | null = null;
  #connecting: Promise<ChannelModel> | null = null;

  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly lost: () => void = () => undefined,
  ) {}

  /** The connection there is, or a new one. Rejects when RabbitMQ cannot be reached. */
  async model(): Promise<ChannelModel> {
    if (this.#model !== null) return this.#model;
    this.#connecting ??= this.connect().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  /** Cuts the connection at once; the next `model()` makes another. */
  drop(): void {
    const model = this.#model;
    this.#model = null;
    if (model === null) return;
    model.close().catch(() => undefined);
    (model.connection as unknown as { stream?: { destroy(): void } }).stream?.destroy();
  }

  async close(): Promise<void> {
    const model = this.#model;
    this.#model = null;
    if (model !== null) await within(model.close(), 'close').catch(() => undefined);
  }

  private async connect(): Promise<ChannelModel> {
    const url = new URL(this.url);
    if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
    const model = await amqp.connect(url.href, { timeout: BROKER_TIMEOUT, clientProperties: { connection_name: this.name } });
    // Every error is followed by a close; without a listener node would end the process.
    model.on('error', () => undefined);
    model.on('close', () => {
      if (this.#model !== model) return;
      this.#model = null;
      this.lost();
    });
    this.#model = model;
    return model;
  }
}
