/** `subscriber-test`: sends every event type to a receiver of webhooks or to the queue of a subscriber, right and wrong, and says what it does well. It needs no database. */
import { SECOND_MS } from '@app/kernel/durations.js';
import { type QueueTest, testQueue } from './subscriber/queue-test.js';
import { RECEIVER_CHECKS, answerTime } from './subscriber/receiver-checks.js';
import { ReceiverClient } from './subscriber/receiver-client.js';
import { type Verdict, exampleEvents } from './subscriber/sent-events.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

/** As the cinema waits by default (`WEBHOOK_TIMEOUT_MS`). */
const LIMIT_MS = 15_000;
const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;
/** A subscriber may take this many times as long to start as to acknowledge. */
const START_TIMEOUTS = 6;

const OPTIONS = {
  url: { type: 'string' },
  secret: { type: 'string' },
  queue: { type: 'string' },
  port: { type: 'string', default: '5673' },
  timeout: { type: 'string', default: '10' },
  json: { type: 'boolean' },
} as const;
type Values = ReturnType<typeof parseArguments<{ options: typeof OPTIONS }>>['values'];

export const subscriberTest: Subcommand = {
  name: 'subscriber-test',
  printsJson: true,
  usage: '(--url URL [--secret SECRET] | --queue QUEUE [--port PORT] [--timeout SECONDS]) [--json]',
  summary:
    'Send every event type to your receiver of webhooks, or to the queue that your subscriber reads: doubled, shuffled, late, with gaps, webhooks also forged; exits with 1 where ' +
    'a check fails. The secret may be in WEBHOOK_SECRET. For a queue AMQP_URL names a RabbitMQ to try with, and your subscriber connects to the port of this command instead',
  async run(args, terminal) {
    const { values } = parseArguments(args, { options: OPTIONS });
    const verdicts: Verdict[] = [];
    const add = (verdict: Verdict): void => {
      verdicts.push(verdict);
      if (!values.json) terminal.print(`${verdict.passed ? 'ok    ' : 'failed'}  ${verdict.check}: ${verdict.text}`);
    };
    const { url, queue } = values;
    if ((url === undefined) === (queue === undefined)) throw new InvalidArguments('Name either --url or --queue.');
    if (queue === undefined) await tryReceiver(values, terminal, add);
    else await testQueue({ ...queueSettings(values, terminal), queue, say: (line) => terminal.printError(line), add });
    if (values.json) terminal.print(JSON.stringify({ ...(queue === undefined ? { url } : { queue }), verdicts }));
    const failed = verdicts.filter(({ passed }) => !passed).length;
    if (failed > 0) throw new CommandFailed(`${failed} of ${verdicts.length} checks failed.`);
  },
};

async function tryReceiver(values: Values, terminal: Terminal, add: (verdict: Verdict) => void): Promise<void> {
  const [url, secret] = [values.url ?? '', values.secret ?? terminal.env['WEBHOOK_SECRET'] ?? ''];
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new InvalidArguments('--url must be the http or https address of your receiver.');
  if (!SECRET.test(secret)) throw new InvalidArguments('--secret, or WEBHOOK_SECRET, must be whsec_ and Base64.');
  const client = new ReceiverClient(url, secret, LIMIT_MS);
  const events = exampleEvents();
  for (const check of RECEIVER_CHECKS) add({ check: check.name, ...(await check.run(client, events)) });
  add(answerTime(client.durationsMs, LIMIT_MS));
}

function queueSettings({ port, timeout }: Values, terminal: Terminal): Pick<QueueTest, 'url' | 'port' | 'startMs' | 'limitMs'> {
  const url = terminal.env['AMQP_URL'] ?? '';
  if (URL.parse(url)?.protocol !== 'amqp:') throw new InvalidArguments('AMQP_URL must be the amqp:// address of a RabbitMQ to try with.');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new InvalidArguments('--port must be a number up to 65535.');
  if (!/^[1-9]\d{0,3}$/.test(timeout)) throw new InvalidArguments('--timeout must be a number of seconds, from 1 to 9999.');
  const limitMs = Number(timeout) * SECOND_MS;
  return { url, port: Number(port), limitMs, startMs: START_TIMEOUTS * limitMs };
}
