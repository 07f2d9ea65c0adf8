/** `dead-letters`: lists the messages that no reaction could handle, shows one, sends them back to their queues, and ends their waiting. */
import { isUuid } from '@app/kernel/id.js';
import { MessagingModule } from '@app/platform/messaging/messaging.module.js';
import {
  DEAD_LETTER_COLUMNS,
  type DeadLetterRow,
  type DeadLetterView,
  deadLetterDetailsView,
  deadLetterView,
} from '@app/platform/operations/dead-letters/dead-letter.view.js';
import {
  DEAD_LETTER_CONDITIONS,
  DEAD_LETTER_STATUSES,
  DeadLetterNotFound,
  MAX_SELECTED,
  type Selection,
} from '@app/platform/operations/dead-letters/dead-letter-selection.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { DismissDeadLetters, DismissDeadLettersHandler } from '@app/platform/operations/dead-letters/dismiss-dead-letters.js';
import { RedriveDeadLetters } from '@app/platform/operations/dead-letters/redrive-dead-letters.js';
import { Database } from '@app/platform/persistence/database.js';
import { keyset } from '@app/platform/persistence/keyset.js';
import { cliSettings, withCli } from './cli.module.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

const LISTED = 100;

export const deadLetters: Subcommand = {
  name: 'dead-letters',
  printsJson: true,
  usage:
    '(list [--queue QUEUE] [--status waiting|redriven|dismissed] | show ID | redrive (ID… | --queue QUEUE) | dismiss (ID… | --queue QUEUE) --reason TEXT) [--json]',
  summary: `List the newest ${LISTED} messages that no reaction could handle, show one, send up to ${MAX_SELECTED} back to their queues, or dismiss them`,
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action === 'list') return list(rest, terminal);
    if (action === 'show') return show(rest, terminal);
    if (action === 'redrive') return redrive(rest, terminal);
    if (action === 'dismiss') return dismiss(rest, terminal);
    throw new InvalidArguments('dead-letters takes list, show, redrive or dismiss.');
  },
};

async function list(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values } = parseArguments(args, {
    options: { queue: { type: 'string' }, status: { type: 'string' }, json: { type: 'boolean' } },
  });
  const status = DEAD_LETTER_STATUSES.find((each) => each === values.status);
  if (values.status !== undefined && status === undefined)
    throw new InvalidArguments(`--status takes waiting, redriven or dismissed, not "${values.status}".`);
  const { data } = await withCli(cliSettings(terminal.env), (modules) =>
    keyset<DeadLetterRow, DeadLetterView>(modules.get(Database, { strict: false }), {
      select: `SELECT ${DEAD_LETTER_COLUMNS} FROM messaging.dead_letters`,
      filters: [['queue = ?', values.queue], ...(status === undefined ? [] : [[DEAD_LETTER_CONDITIONS[status]] as const])],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit: LISTED,
      cursor: undefined,
      view: deadLetterView,
    }),
  );
  if (values.json) return terminal.print(JSON.stringify({ data }));
  for (const { id, status: state, diedAt, queue, reason } of data)
    terminal.print(`${id}  ${state.padEnd(9)}  ${diedAt}  ${queue}  ${reason}`);
  if (data.length === 0) terminal.print('There are no such dead letters.');
}

async function show(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArguments(args, { allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [id, extra] = positionals;
  if (id === undefined) throw new InvalidArguments('ID is missing.');
  if (extra !== undefined) throw new InvalidArguments(`There is one argument too many: "${extra}".`);
  assertId(id);
  const [row] = await withCli(cliSettings(terminal.env), (modules) =>
    modules
      .get(Database, { strict: false })
      .query<DeadLetterRow & { body: string }>(`SELECT ${DEAD_LETTER_COLUMNS}, body FROM messaging.dead_letters WHERE id = $1`, [id]),
  );
  if (row === undefined) throw new DeadLetterNotFound([id]);
  const { body, text, ...letter } = deadLetterDetailsView(row);
  if (values.json) return terminal.print(JSON.stringify({ ...letter, body, text }));
  for (const [name, value] of Object.entries(letter)) terminal.print(`${name.padEnd(12)} ${value ?? '–'}`);
  terminal.print(body === null ? (text ?? '') : JSON.stringify(body, null, 2));
}

async function redrive(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArguments(args, {
    allowPositionals: true,
    options: { queue: { type: 'string' }, json: { type: 'boolean' } },
  });
  const selection = selectionOf('redrive', positionals, values.queue);
  const withBroker = { imports: [MessagingModule.forApi()], providers: [RedriveDeadLetters] };
  const report = await withCli(
    cliSettings(terminal.env),
    (modules) => modules.get(RedriveDeadLetters, { strict: false }).execute({ adminId: null, selection }),
    withBroker,
  );
  if (values.json) terminal.print(JSON.stringify(report));
  else terminal.print(`Sent ${report.redriven} back; ${report.skipped} were sent before, ${report.waiting} still wait.`);
  for (const { id, reason } of report.failed) terminal.printError(`${id}: ${reason}`);
  if (report.failed.length > 0) throw new CommandFailed(`${report.failed.length} dead letters could not be sent back.`);
}

async function dismiss(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArguments(args, {
    allowPositionals: true,
    options: { queue: { type: 'string' }, reason: { type: 'string' }, json: { type: 'boolean' } },
  });
  const selection = selectionOf('dismiss', positionals, values.queue);
  const reason = values.reason?.trim();
  if (!reason) throw new InvalidArguments('--reason is missing: it says why nothing is to be done about them.');
  const { dismissed, skipped, waiting } = await withCli(
    cliSettings(terminal.env),
    (modules) => modules.get(AdminCommands).execute(new DismissDeadLetters(null, selection, reason)),
    { imports: [], providers: [DismissDeadLettersHandler] },
  );
  if (values.json) terminal.print(JSON.stringify({ dismissed, skipped, waiting }));
  else terminal.print(`Dismissed ${dismissed}; ${skipped} did not wait, ${waiting} still wait.`);
}

function selectionOf(action: 'redrive' | 'dismiss', positionals: readonly string[], queue: string | undefined): Selection {
  if (positionals.length > 0 === (queue !== undefined)) throw new InvalidArguments(`${action} takes ids or --queue.`);
  positionals.forEach(assertId);
  const ids = [...new Set(positionals.map((id) => id.toLowerCase()))];
  if (ids.length > MAX_SELECTED) throw new InvalidArguments(`${action} takes at most ${MAX_SELECTED} ids.`);
  return queue === undefined ? { ids } : { queue };
}

function assertId(id: string): void {
  if (!isUuid(id)) throw new InvalidArguments(`"${id}" is not an id.`);
}
