/** `outbox`: lists the events that the broker refused until they were parked, and lets the relay try them again. */
import { isUuid } from '@app/kernel/id.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { OUTBOX_COLUMNS, type OutboxRowView, type OutboxTableRow, outboxRowView } from '@app/platform/operations/outbox/outbox-row.view.js';
import { type OutboxSelection, ReleaseOutboxRows } from '@app/platform/operations/outbox/release-outbox-rows.js';
import { Database } from '@app/platform/persistence/database.js';
import { keyset } from '@app/platform/persistence/keyset.js';
import { cliSettings, withCli } from './cli.module.js';
import { InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

const LISTED = 100;

export const outbox: Subcommand = {
  name: 'outbox',
  printsJson: true,
  usage: '(list | release (ID… | --type TYPE)) [--json]',
  summary: 'List the parked events, or let the relay publish them again',
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action === 'list') return list(rest, terminal);
    if (action === 'release') return release(rest, terminal);
    throw new InvalidArguments('outbox takes list or release.');
  },
};

async function list(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values } = parseArguments(args, { options: { json: { type: 'boolean' } } });
  const { data } = await withCli(cliSettings(terminal.env), (modules) =>
    keyset<OutboxTableRow, OutboxRowView>(modules.get(Database, { strict: false }), {
      select: `SELECT ${OUTBOX_COLUMNS} FROM messaging.outbox`,
      filters: [['parked_at IS NOT NULL']],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit: LISTED,
      cursor: undefined,
      view: outboxRowView,
    }),
  );
  if (values.json) return terminal.print(JSON.stringify({ data }));
  for (const { id, type, parkedAt, attempts } of data) terminal.print(`${id}  ${parkedAt}  ${type}  refused ${attempts} times`);
  if (data.length === 0) terminal.print('No event is parked.');
}

async function release(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArguments(args, {
    allowPositionals: true,
    options: { type: { type: 'string' }, json: { type: 'boolean' } },
  });
  const selection = selectionOf(positionals, values.type);
  const { released, skipped, parked } = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(AdminCommands).execute(new ReleaseOutboxRows(null, selection)),
  );
  if (values.json) return terminal.print(JSON.stringify({ released, skipped, parked }));
  terminal.print(`Released ${released} events; ${skipped} were not parked, ${parked} still are.`);
}

function selectionOf(ids: readonly string[], type: string | undefined): OutboxSelection {
  if (ids.length > 0 === (type !== undefined)) throw new InvalidArguments('release takes ids or --type.');
  const wrong = ids.find((id) => !isUuid(id));
  if (wrong !== undefined) throw new InvalidArguments(`"${wrong}" is not an id.`);
  return type === undefined ? { ids } : { type };
}
