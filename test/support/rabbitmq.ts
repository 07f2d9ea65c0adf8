/** The broker of a worker as a suite sees it. A worker runs one suite at a time, so a suite may stop it for a while. */
import { type BrokerTopology } from './rabbitmq-server.js';

export interface RabbitmqHandle {
  /** A virtual host that no other suite has used. */
  readonly url: string;
  /** In order; what is durable stays. A broker of somebody else's is made unreachable instead, here and in `kill`. */
  stop(): Promise<void>;
  /** Returns once it answers; harmless when it runs. */
  start(): Promise<void>;
  /** Without warning. A quorum queue declared within the last two seconds may come back without a leader (RabbitMQ 3.10). */
  kill(): Promise<void>;
}

/** `ours` names what the suite declares: it is deleted first where no virtual host can be made. Starts the broker if a suite left it stopped. */
export async function freshVhost(ours: BrokerTopology = { exchanges: [], queues: [] }): Promise<RabbitmqHandle> {
  await ask('start');
  const url = (await ask('vhost', ours)) as string;
  return {
    url,
    stop: async () => void (await ask('stop')),
    start: async () => void (await ask('start')),
    kill: async () => void (await ask('kill')),
  };
}

async function ask(what: 'start' | 'stop' | 'kill' | 'vhost', body?: object): Promise<unknown> {
  const owner = process.env.TEST_BROKER_URL;
  if (!owner)
    throw new Error('TEST_BROKER_URL is not set: this suite has to run in the integration or e2e project, whose set-up starts RabbitMQ.');
  const response = await fetch(`${owner}/${what}`, { method: 'POST', body: JSON.stringify(body ?? {}) });
  const answer = await response.text();
  if (!response.ok) throw new Error(`RabbitMQ could not ${what}: ${answer}`);
  return JSON.parse(answer) as unknown;
}
