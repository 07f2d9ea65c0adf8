/** `stripe-events`: lists what Stripe sent, has an event applied again, and ends the waiting of a parked one. */
import { QueryBus } from '@nestjs/cqrs';
import { DismissStripeEvent, ReplayStripeEvent, StripeEventsForAdmin } from '@app/payments';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { cliSettings, withCli } from './cli.module.js';
import { InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

const STATUSES = ['received', 'applied', 'ignored', 'checking', 'failed', 'parked', 'dismissed'] as const;
const LISTED = 100;

export const stripeEvents: Subcommand = {
  name: 'stripe-events',
  printsJson: true,
  usage: '(list [--status STATUS] | replay ID | dismiss ID --reason TEXT) [--json]',
  summary: 'List the events that Stripe sent, apply one again, or dismiss a parked one',
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action === 'list') return list(rest, terminal);
    if (action === 'replay') return replay(rest, terminal);
    if (action === 'dismiss') return dismiss(rest, terminal);
    throw new InvalidArguments('stripe-events takes list, replay or dismiss.');
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
    terminal.print(`${id}  ${state.padEnd(9)}  ${receivedAt}  ${type}${note === null ? '' : `  ${note}`}`);
  if (data.length === 0) terminal.print('There are no such events.');
}

async function replay(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArguments(args, { allowPositionals: true, options: { json: { type: 'boolean' } } });
  const id = onlyIdOf(positionals);
  const outcome = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(AdminCommands).execute(new ReplayStripeEvent(null, id)),
  );
  if (values.json) return terminal.print(JSON.stringify(outcome));
  terminal.print(`${id} is ${outcome.status}${outcome.note === null ? '' : `: ${outcome.note}`}.`);
}

async function dismiss(args: readonly string[], terminal: Terminal): Promise<void> {
  const options = { reason: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArguments(args, { allowPositionals: true, options });
  const id = onlyIdOf(positionals);
  const reason = values.reason?.trim();
  if (!reason) throw new InvalidArguments('--reason is missing: it says why nothing is to be done about it.');
  const { isNew } = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(AdminCommands).execute(new DismissStripeEvent(null, id, reason)),
  );
  if (values.json) return terminal.print(JSON.stringify({ id, isNew }));
  terminal.print(isNew ? `${id} is dismissed.` : `${id} was dismissed before.`);
}

function onlyIdOf([id, extra]: readonly string[]): string {
  if (id === undefined) throw new InvalidArguments('ID is missing.');
  if (extra !== undefined) throw new InvalidArguments(`There is one argument too many: "${extra}".`);
  return id;
}
