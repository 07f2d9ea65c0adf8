/** A RabbitMQ that somebody else runs, behind a proxy of ours: it can be made unreachable without being touched. */
import { type AddressInfo, type Server, type Socket, connect as dial, createServer } from 'node:net';
import { connect } from 'amqplib';
import { type RabbitmqServer, type BrokerTopology, assertReachable } from './rabbitmq-server.js';

export async function reachRabbitmq(url: string): Promise<RabbitmqServer> {
  await assertReachable(url);
  const broker = new ExternalRabbitmq(new URL(url));
  await broker.start();
  return broker;
}

class ExternalRabbitmq implements RabbitmqServer {
  readonly name: string;
  private readonly sockets = new Set<Socket>();
  private proxy?: Server;
  private port = 0;

  constructor(private readonly target: URL) {
    if (target.protocol !== 'amqp:') throw new Error('AMQP_URL has to begin with amqp://, so that the tests can cut the connection.');
    this.name = `the RabbitMQ at ${target.host}`;
  }

  async start(): Promise<void> {
    if (this.proxy) return;
    const proxy = createServer((near) => this.pipe(near));
    await new Promise<void>((resolve, reject) => proxy.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    proxy.unref();
    this.proxy = proxy;
    this.port = (proxy.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const proxy = this.proxy;
    if (!proxy) return;
    this.proxy = undefined;
    const closed = new Promise((resolve) => proxy.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  kill(): Promise<void> {
    return this.stop();
  }

  /** Virtual hosts cannot be made over AMQP, so the one of the URL is emptied of what the suite declares. */
  async freshVhost({ exchanges, queues }: BrokerTopology): Promise<string> {
    const connection = await connect(this.target.href);
    const channel = await connection.createChannel();
    for (const queue of queues) await channel.deleteQueue(queue);
    for (const exchange of exchanges) await channel.deleteExchange(exchange);
    await connection.close();
    const near = new URL(this.target);
    near.hostname = '127.0.0.1';
    near.port = String(this.port);
    return near.href;
  }

  remove(): Promise<void> {
    return this.stop();
  }

  private pipe(near: Socket): void {
    const far = dial(Number(this.target.port || 5672), this.target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
