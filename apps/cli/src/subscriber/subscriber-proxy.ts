/** Stands between a subscriber and RabbitMQ, hands on every byte, and notes what the subscriber does with each message. */
import { EventEmitter } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { FrameReader, type FrameContent } from './amqp-frames.js';

interface Outcome {
  delivered: number;
  acknowledged: number;
  /** What went wrong first. */
  problem: string | null;
}

interface Consumer {
  readonly acknowledges: boolean;
  /** How many messages it takes at the same time; 0: any number. */
  readonly prefetch: number;
}

/** A channel of a connection. */
interface Channel {
  prefetch: number;
  /** The message that is being delivered: its tag and what has come of its body. */
  tag: number;
  body: string;
  /** Delivered and neither acknowledged nor refused: the ids of events by their tags. */
  readonly open: Map<number, string>;
}

const AMQP_PORT = 5_672;
const CHANGED = 'changed';

export class SubscriberProxy {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #consumers = new Map<string, Consumer>();
  readonly #sockets = new Set<Socket>();
  readonly #changes = new EventEmitter();
  readonly #server: Server;

  constructor(private readonly broker: URL) {
    this.#server = createServer((subscriber) => this.connect(subscriber));
  }

  /** Port 0: any that is free. Returns the port. Rejects when it is taken. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Undefined until the subscriber consumes from the queue. */
  consumerOf(queue: string): Consumer | undefined {
    return this.#consumers.get(queue);
  }

  outcomeOf(eventId: string): Outcome {
    const known = this.#outcomes.get(eventId) ?? { delivered: 0, acknowledged: 0, problem: null };
    this.#outcomes.set(eventId, known);
    return known;
  }

  /** Resolves when it is so, at the latest after the limit. */
  async until(isSo: () => boolean, limitMs: number): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#changes.off(CHANGED, look);
        resolve();
      };
      const look = (): void => {
        if (isSo()) finish();
      };
      const timer = setTimeout(finish, limitMs);
      this.#changes.on(CHANGED, look);
    });
  }

  private connect(subscriber: Socket): void {
    const { hostname, port } = this.broker;
    const rabbitmq = connect(port === '' ? AMQP_PORT : Number(port), hostname.replace(/^\[(.*)\]$/, '$1'));
    const channels = new Map<number, Channel>();
    for (const [from, to, side] of [
      [subscriber, rabbitmq, 'subscriber'],
      [rabbitmq, subscriber, 'rabbitmq'],
    ] as const) {
      const frames = new FrameReader(side);
      this.#sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        for (const { channel, content } of frames.read(bytes)) this.note(channels, channel, content);
        this.#changes.emit(CHANGED);
      });
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.#sockets.delete(from);
        for (const channel of channels.values()) this.end(channel, 'it lost its connection with the event');
        this.#changes.emit(CHANGED);
      });
    }
  }

  private note(channels: Map<number, Channel>, number: number, content: FrameContent): void {
    const channel = channels.get(number) ?? { prefetch: 0, tag: 0, body: '', open: new Map<number, string>() };
    channels.set(number, channel);
    switch (content.kind) {
      case 'prefetch':
        channel.prefetch = content.count;
        break;
      case 'consume':
        this.#consumers.set(content.queue, { acknowledges: content.acknowledges, prefetch: channel.prefetch });
        break;
      case 'delivery':
        Object.assign(channel, { tag: content.tag, body: '' });
        break;
      case 'body':
        this.receive(channel, content.part);
        break;
      case 'ack':
        for (const id of this.settle(channel, content)) this.outcomeOf(id).acknowledged++;
        break;
      case 'refusal':
        for (const id of this.settle(channel, content))
          this.outcomeOf(id).problem ??= content.requeues ? 'it gave the event back to the queue' : 'it refused the event';
        break;
      case 'close':
        this.end(channel, 'it closed its channel with the event');
        break;
    }
  }

  /** A body may come in several frames. It is whole when it can be read. What is not an event is left alone. */
  private receive(channel: Channel, part: Buffer): void {
    channel.body += part.toString();
    try {
      const { id } = JSON.parse(channel.body) as { id?: unknown };
      if (typeof id !== 'string') return;
      channel.open.set(channel.tag, id);
      this.outcomeOf(id).delivered++;
    } catch {
      // The rest comes.
    }
  }

  private settle(channel: Channel, { tag, isMultiple }: { readonly tag: number; readonly isMultiple: boolean }): string[] {
    const settled = [...channel.open].filter(([each]) => each === tag || (isMultiple && (tag === 0 || each <= tag)));
    for (const [each] of settled) channel.open.delete(each);
    return settled.map(([, id]) => id);
  }

  private end(channel: Channel, problem: string): void {
    for (const id of channel.open.values()) this.outcomeOf(id).problem ??= problem;
    channel.open.clear();
  }
}
