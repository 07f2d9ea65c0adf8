/** The RabbitMQ at `AMQP_URL`, behind a proxy of the tests. The proxy makes it unreachable without touching the server. */
import { type AddressInfo, type Server, type Socket, connect as connectSocket, createServer } from 'node:net';
import { connect } from 'amqplib';
import { type BrokerTopology, type RabbitmqServer, assertReachable } from './rabbitmq-server.js';

export async function connectToRabbitmq(url: string): Promise<RabbitmqServer> {
  await assertReachable(url);
  const server = new ExternalRabbitmq(new URL(url));
  await server.start();
  return server;
}

class ExternalRabbitmq implements RabbitmqServer {
  readonly name: string;
  readonly #sockets = new Set<Socket>();
  #proxy?: Server;
  #port = 0;

  constructor(private readonly target: URL) {
    if (target.protocol !== 'amqp:') throw new Error('AMQP_URL must begin with amqp://, so that the tests can cut the connection.');
    this.name = `the RabbitMQ at ${target.host}`;
  }

  async start(): Promise<void> {
    if (this.#proxy) return;
    const proxy = createServer((client) => this.forward(client));
    await new Promise<void>((resolve, reject) => proxy.once('error', reject).listen(this.#port, '127.0.0.1', resolve));
    proxy.unref();
    this.#proxy = proxy;
    this.#port = (proxy.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const proxy = this.#proxy;
    if (!proxy) return;
    this.#proxy = undefined;
    const closed = new Promise((resolve) => proxy.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  kill(): Promise<void> {
    return this.stop();
  }

  /** Deletes the topology from the virtual host of the URL, because AMQP cannot create another one. */
  async freshVhost({ exchanges, queues }: BrokerTopology): Promise<string> {
    const connection = await connect(this.target.href);
    const channel = await connection.createChannel();
    for (const queue of queues) await channel.deleteQueue(queue);
    for (const exchange of exchanges) await channel.deleteExchange(exchange);
    await connection.close();
    const proxied = new URL(this.target);
    proxied.hostname = '127.0.0.1';
    proxied.port = String(this.#port);
    return proxied.href;
  }

  control(): Promise<void> {
    return Promise.reject(new Error('Users of the RabbitMQ at AMQP_URL cannot be administered: leave AMQP_URL out to run this suite.'));
  }

  remove(): Promise<void> {
    return this.stop();
  }

  private forward(client: Socket): void {
    const server = connectSocket(Number(this.target.port || 5672), this.target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
