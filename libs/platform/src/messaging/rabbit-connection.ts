/** One connection to RabbitMQ: opened when it is needed, replaced after it broke, with a limit on every wait. */
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { BrokerLoginRefused } from './broker.js';

/** A broker that does not answer within this counts as away: amqplib itself can wait for ever during a memory alarm. */
const BROKER_TIMEOUT_MS = 5_000;
const HEARTBEAT_SECONDS = 10;

/** Rejects when `work` takes longer than `limitMs`. `what` completes the sentence "RabbitMQ did not …". */
export async function within<T>(work: Promise<T>, what: string, limitMs = BROKER_TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`RabbitMQ did not ${what} within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Closes a channel that may be closed already: amqplib throws then. */
export async function closeQuietly(channel: Channel): Promise<void> {
  try {
    await within(channel.close(), 'close a channel');
  } catch {
    // Closed already, or with its connection.
  }
}

/** RabbitMQ says why it ends a handshake (AMQP 0-9-1, reply codes 403 and 530), but amqplib keeps it as text. */
function toLoginRefused(error: unknown): unknown {
  const { message } = error as Partial<Error>;
  const isRefused = /ACCESS[-_]REFUSED|NOT[-_]ALLOWED/.test(message ?? '');
  return isRefused
    ? new BrokerLoginRefused('RabbitMQ refuses the user, the password or the virtual host of AMQP_URL', { cause: error })
    : error;
}

export class RabbitConnection {
  #model: ChannelModel | null = null;
  #connecting: Promise<ChannelModel> | null = null;

  constructor(private readonly options: { readonly url: string; readonly name: string; readonly onLost: () => void }) {}

  /** The open connection, or a new one. Rejects when RabbitMQ cannot be reached. */
  async model(): Promise<ChannelModel> {
    if (this.#model !== null) return this.#model;
    this.#connecting ??= this.connect().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  /** Cuts the connection at once. The next `model()` opens another. */
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
    const url = new URL(this.options.url);
    if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
    const options = { timeout: BROKER_TIMEOUT_MS, clientProperties: { connection_name: this.options.name } };
    const model = await amqp.connect(url.href, options).catch((error: unknown) => {
      throw toLoginRefused(error);
    });
    // Every error is followed by a close. Without a listener an error would end the process.
    model.on('error', () => undefined);
    model.on('close', () => {
      if (this.#model !== model) return;
      this.#model = null;
      this.options.onLost();
    });
    this.#model = model;
    return model;
  }
}
