/** `stripe-events`: lists what Stripe sent, and has an event applied again. */
import { QueryBus } from '@nestjs/cqrs';
import { ReplayStripeEvent, StripeEventsForAdmin } from '@app/payments';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { cliSettings, withCli } from './cli.module.js';
import { InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

const STATUSES = ['received', 'applied', 'ignored', 'checking', 'failed', 'parked'] as const;
const LISTED = 100;

export const stripeEvents: Subcommand = {
  name: 'stripe-events',
  printsJson: true,
  usage: '(list [--status STATUS] | replay ID) [--json]',
  summary: 'List the events that Stripe sent, or apply one again',
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action === 'list') return list(rest, terminal);
    if (action === 'replay') return replay(rest, terminal);
    throw new InvalidArguments('stripe-events takes list or replay.');
  },
};

async function list(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values } = parseArguments(args, { options: { status: { type: 'string' }, json: { type: 'boolean' } } });
  const status = STATUSES.find((each) => each === values.status);
  if (values.status !== undefined && status === undefined) throw new InvalidArguments(`--status takes ${STATUSES.join(', ')}.`);
  const { data } = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(QueryBus, { strict: false }).execute(new StripeEventsForAdmin({ status: status && [status], limit: LISTED })),
  );
  if (values.json) return terminal.print(JSON.stringify({ data }));
  for (const { id, status: state, type, receivedAt, note } of data)
    terminal.print(`${id}  ${state.padEnd(8)}  ${receivedAt}  ${type}${note === null ? '' : `  ${note}`}`);
  if (data.length === 0) terminal.print('There are no such events.');
}

async function replay(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArguments(args, { allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [id, extra] = positionals;
  if (id === undefined) throw new InvalidArguments('ID is missing.');
  if (extra !== undefined) throw new InvalidArguments(`There is one argument too many: "${extra}".`);
  const outcome = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(AdminCommands).execute(new ReplayStripeEvent(null, id)),
  );
  if (values.json) return terminal.print(JSON.stringify(outcome));
  terminal.print(`${id} is ${outcome.status}${outcome.note === null ? '' : `: ${outcome.note}`}.`);
}
