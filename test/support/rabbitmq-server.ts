/** What the tests need of a RabbitMQ, whoever provides it. The process that started the servers owns it. */
import { connect } from 'amqplib';

export interface RabbitmqServer {
  /** Where it came from, in words for the person who runs the tests. */
  readonly name: string;
  start(): Promise<void>;
  /** In order; its data stays. */
  stop(): Promise<void>;
  /** Without warning; what it had confirmed stays. */
  kill(): Promise<void>;
  /** The URL of an empty virtual host, or of the given one emptied of what is ours. */
  freshVhost(ours: BrokerTopology): Promise<string>;
  /** Ends it; the folder it was given is the caller’s to remove. */
  remove(): Promise<void>;
}

/** What a suite declares on the broker; needed where virtual hosts cannot be made. */
export interface BrokerTopology {
  readonly exchanges: readonly string[];
  readonly queues: readonly string[];
}

export async function assertReachable(url: string): Promise<true> {
  const connection = await connect(url, { timeout: 2_000 });
  await connection.close();
  return true;
}
