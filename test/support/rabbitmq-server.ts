/** A RabbitMQ that the tests control. The process that started the servers of the run owns it. */
import { connect } from 'amqplib';

export interface RabbitmqServer {
  /** Says where the server came from, for the person who runs the tests. */
  readonly name: string;
  start(): Promise<void>;
  /** Clean shutdown. Data stays. */
  stop(): Promise<void>;
  /** Shutdown without warning. Confirmed messages stay. */
  kill(): Promise<void>;
  /** Returns the URL of an empty virtual host, or of the given one without the topology. */
  freshVhost(topology: BrokerTopology): Promise<string>;
  /** Runs `rabbitmqctl`. Throws where the server is not ours to administer. */
  control(...command: string[]): Promise<void>;
  /** Ends the server. The caller removes the folder. */
  remove(): Promise<void>;
}

/** The exchanges and queues that a suite declares. They are deleted first where virtual hosts cannot be created. */
export interface BrokerTopology {
  readonly exchanges: readonly string[];
  readonly queues: readonly string[];
}

/** Throws when no AMQP server answers at the URL. */
export async function assertReachable(url: string): Promise<true> {
  const connection = await connect(url, { timeout: 2_000 });
  await connection.close();
  return true;
}
