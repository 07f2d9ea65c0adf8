/** How many nodes of RabbitMQ keep each queue. Only its management API says that. */
import type { Settings } from '../../config/settings.js';
import { EVENT_LOG } from '../../messaging/broker.js';
import { type Finding, fault, ok, reasonOf, warning } from './finding.js';

const PART = 'members';
const TIMEOUT_MS = 5_000;
/** More members than this make a queue slower and hardly safer. RabbitMQ itself gives a new queue as many. */
const ENOUGH_MEMBERS = 3;

interface QueueOnNodes {
  readonly name: string;
  readonly type: string;
  readonly members?: readonly string[];
  readonly online?: readonly string[];
}

/** `queues` are those whose messages must outlive a node. */
export async function memberFindings({ amqpUrls, managementUrl }: Settings['broker'], queues: readonly string[]): Promise<Finding[]> {
  if (managementUrl === null) {
    if (amqpUrls.length < 2) return [];
    return [warning(PART, 'How many nodes keep each queue is not known.', 'Set AMQP_MANAGEMENT_URL to the management API of RabbitMQ.')];
  }
  try {
    const vhost = decodeURIComponent(new URL(amqpUrls[0]!).pathname.slice(1)) || '/';
    const nodes = await read<{ name: string }>(managementUrl, 'nodes?columns=name');
    const known = await read<QueueOnNodes>(managementUrl, `queues/${encodeURIComponent(vhost)}?columns=name,type,members,online`);
    const names = nodes.map(({ name }) => name);
    return [
      ...findingsAbout(
        names,
        known.filter(({ name }) => queues.includes(name)),
      ),
      ...known.filter(({ name }) => name === EVENT_LOG).flatMap((log) => logFindings(names, log)),
    ];
  } catch (error) {
    return [
      fault(
        PART,
        `The management API does not answer: ${reasonOf(error)}`,
        'Enable the plugin rabbitmq_management, give the user the tag "monitoring", and compare AMQP_MANAGEMENT_URL with its address.',
      ),
    ];
  }
}

function findingsAbout(nodes: readonly string[], queues: readonly QueueOnNodes[]): Finding[] {
  const wanted = Math.min(nodes.length, ENOUGH_MEMBERS);
  const few = queues.filter(({ members = [] }) => members.length < wanted);
  const halved = queues.filter(({ members = [], online = [] }) => online.length < members.length);
  const findings: Finding[] = [];
  if (few.length > 0) {
    const without = nodes.find((node) => few[0]!.members?.includes(node) !== true) ?? 'NODE';
    const text = `${few.length} of ${queues.length} queues are kept by fewer than ${wanted} of ${nodes.length} nodes, such as ${few[0]!.name}.`;
    findings.push(warning(PART, text, `Run "rabbitmq-queues grow ${without} all" for each node that was added.`));
  }
  if (halved.length > 0) {
    const text = `${halved.length} of ${queues.length} queues miss a member, such as ${halved[0]!.name}.`;
    findings.push(warning(PART, text, 'Start the node that is away, or remove it from the cluster (rabbitmqctl forget_cluster_node).'));
  }
  if (findings.length > 0) return findings;
  return [ok(PART, `Each queue is kept by at least ${wanted} of ${nodes.length} node${nodes.length === 1 ? '' : 's'}.`)];
}

/** Streams are grown by another command than queues. */
function logFindings(nodes: readonly string[], { members = [], online = [] }: QueueOnNodes): Finding[] {
  const wanted = Math.min(nodes.length, ENOUGH_MEMBERS);
  if (members.length < wanted) {
    const without = nodes.find((node) => !members.includes(node)) ?? 'NODE';
    const text = `The stream ${EVENT_LOG} is kept by ${members.length} of ${nodes.length} nodes.`;
    return [warning(PART, text, `Run "rabbitmq-streams add_replica ${EVENT_LOG} ${without}" for each node that was added.`)];
  }
  if (online.length >= members.length) return [ok(PART, `The stream ${EVENT_LOG} is kept by ${members.length} of ${nodes.length} nodes.`)];
  return [
    warning(
      PART,
      `The stream ${EVENT_LOG} misses a member.`,
      'Start the node that is away, or delete its replica (rabbitmq-streams delete_replica).',
    ),
  ];
}

/** `fetch` refuses a URL with a password, so that it goes into a header. */
async function read<Row>(managementUrl: string, path: string): Promise<Row[]> {
  const { username, password, origin, pathname } = new URL(managementUrl);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const response = await fetch(`${origin}${pathname.replace(/\/$/, '')}/api/${path}`, {
    headers: { authorization: `Basic ${login}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as Row[];
}
