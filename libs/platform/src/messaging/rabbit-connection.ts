/** One connection to a node of RabbitMQ: opened when it is needed, replaced after it broke, with a limit on every wait. */
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { BrokerLoginRefused } from './broker.js';
import { writeTogether } from './write-together.js';

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
export async function closeIfOpen(channel: Channel): Promise<void> {
  try {
    await within(channel.close(), 'close a channel');
  } catch {
    // Closed already, or with its connection.
  }
}

/** Ends the connection, also one that is silent. */
export async function closeModel(model: ChannelModel): Promise<void> {
  await within(model.close(), 'close').catch(() => undefined);
  destroySocket(model);
}

function destroySocket(model: ChannelModel): void {
  (model.connection as unknown as { stream?: Socket }).stream?.destroy();
}

/** RabbitMQ says why it ends a handshake (AMQP 0-9-1, reply codes 403 and 530), but amqplib keeps it as text. */
function toLoginRefused(error: unknown): unknown {
  const { message } = error as Partial<Error>;
  const isRefused = /ACCESS[-_]REFUSED|NOT[-_]ALLOWED/.test(message ?? '');
  return isRefused
    ? new BrokerLoginRefused('RabbitMQ refuses the user, the password or the virtual host of its URL', { cause: error })
    : error;
}

/** Opens a connection to this node. Throws `BrokerLoginRefused`, or any other error when it cannot be reached. */
export async function connectToNode(url: string, name: string): Promise<ChannelModel> {
  const target = new URL(url);
  if (!target.searchParams.has('heartbeat')) target.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  // `noDelay`: a small frame must not wait for the acknowledgement of the one before.
  const options = { timeout: BROKER_TIMEOUT_MS, noDelay: true, clientProperties: { connection_name: name } };
  const model = await amqp.connect(target.href, options).catch((error: unknown) => {
    throw toLoginRefused(error);
  });
  writeTogether((model.connection as unknown as { stream: Socket }).stream);
  // Every error is followed by a close. Without a listener an error would end the process.
  model.on('error', () => undefined);
  return model;
}

/** A channel, and the connection that it is of. */
export interface OpenChannel<C extends Channel = Channel> {
  readonly model: ChannelModel;
  readonly channel: C;
}

export class RabbitConnection {
  #model: ChannelModel | null = null;
  #connecting: Promise<ChannelModel> | null = null;
  /** Where the next connection begins to try. The processes begin at different nodes, so that none gets all connections. */
  #next: number;
  readonly #logger = new Logger(RabbitConnection.name);

  constructor(private readonly options: { readonly urls: readonly string[]; readonly name: string; readonly onLost: () => void }) {
    this.#next = Math.floor(Math.random() * options.urls.length);
  }

  /** `address 2 of 3` where there are several and one is used. It names no host, because anybody may ask for readiness. */
  get address(): string | null {
    const { length } = this.options.urls;
    return this.#model === null || length === 1 ? null : `address ${this.#next + 1} of ${length}`;
  }

  /** The open connection, or a new one. Rejects when RabbitMQ cannot be reached. */
  async model(): Promise<ChannelModel> {
    if (this.#model !== null) return this.#model;
    this.#connecting ??= this.connect().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  /** Cuts the connection at once. The next `model()` opens another. `lost`: only where it is still this one. */
  drop(lost: ChannelModel | null = this.#model): void {
    const model = this.#model;
    if (model === null || model !== lost) return;
    this.lose();
    model.close().catch(() => undefined);
    destroySocket(model);
  }

  async close(): Promise<void> {
    const model = this.#model;
    if (model === null) return;
    this.lose();
    await closeModel(model);
  }

  /** Opens a channel of `model`. Where none opens in time, the connection is silent, and cut: the next attempt gets another one. */
  async openChannel<C extends Channel>(model: ChannelModel, open: () => Promise<C>): Promise<OpenChannel<C>> {
    try {
      const channel = await within(open(), 'open a channel');
      channel.on('error', () => undefined);
      return { model, channel };
    } catch (error) {
      this.drop(model);
      throw error;
    }
  }

  /** Runs `use` with a channel that is closed afterwards. */
  async withChannel<T>(use: (open: OpenChannel) => Promise<T>): Promise<T> {
    const model = await this.model();
    const open = await this.openChannel(model, () => model.createChannel());
    try {
      return await use(open);
    } finally {
      await closeIfOpen(open.channel);
    }
  }

  /** Tries each node once, beginning with the next one. Throws the most informative of the errors. */
  private async connect(): Promise<ChannelModel> {
    const { urls, name } = this.options;
    const failures: unknown[] = [];
    while (failures.length < urls.length) {
      const url = urls[this.#next]!;
      try {
        const model = await connectToNode(url, name);
        this.keep(model);
        if (urls.length > 1) this.#logger.log(`${name}: connected to RabbitMQ at ${new URL(url).host}`);
        return model;
      } catch (error) {
        failures.push(error);
        this.advance();
      }
    }
    throw failures.find((failure) => failure instanceof BrokerLoginRefused) ?? failures.at(-1);
  }

  /** The node that failed is tried last. */
  private advance(): void {
    this.#next = (this.#next + 1) % this.options.urls.length;
  }

  private keep(model: ChannelModel): void {
    model.on('close', () => {
      if (this.#model === model) this.lose();
    });
    this.#model = model;
  }

  /** A connection that is cut says nothing of it to its channels: `onLost` forgets them. */
  private lose(): void {
    this.#model = null;
    this.advance();
    this.options.onLost();
  }
}
