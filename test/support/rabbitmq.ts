/** The RabbitMQ of a worker, as a suite uses it. A worker runs one suite at a time, so a suite may stop it for a while. */
import type { BrokerTopology } from './rabbitmq-server.js';

export interface RabbitmqHandle {
  /** The URL of a virtual host that no other suite has used. */
  readonly url: string;
  /** Clean shutdown. Durable data stays. A server at `AMQP_URL` is made unreachable instead, here and in `kill`. */
  stop(): Promise<void>;
  /** Returns when the server answers. Does nothing when it runs. */
  start(): Promise<void>;
  /** Shutdown without warning. A quorum queue declared within the last two seconds may have no leader afterwards (RabbitMQ 3.10). */
  kill(): Promise<void>;
  /** Runs `rabbitmqctl` with these arguments. */
  control(...command: string[]): Promise<void>;
}

/** Starts the server if a suite left it stopped. `topology` is what the suite declares. */
export async function freshVhost(topology: BrokerTopology = { exchanges: [], queues: [] }): Promise<RabbitmqHandle> {
  await request('start');
  const url = (await request('vhost', topology)) as string;
  return {
    url,
    stop: async () => void (await request('stop')),
    start: async () => void (await request('start')),
    kill: async () => void (await request('kill')),
    control: async (...command) => void (await request('control', command)),
  };
}

async function request(action: 'start' | 'stop' | 'kill' | 'vhost' | 'control', body?: object): Promise<unknown> {
  const controlUrl = process.env.TEST_RABBITMQ_CONTROL_URL;
  if (!controlUrl)
    throw new Error(
      'TEST_RABBITMQ_CONTROL_URL is not set: run this suite in the integration or e2e project, whose set-up starts RabbitMQ.',
    );
  // A connection that is kept may be closed by the server at the moment of its next use.
  const headers = { connection: 'close' };
  const response = await fetch(`${controlUrl}/${action}`, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
  const text = await response.text();
  if (!response.ok) throw new Error(`RabbitMQ could not ${action}: ${text}`);
  return JSON.parse(text) as unknown;
}
