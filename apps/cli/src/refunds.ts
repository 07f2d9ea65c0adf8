/** `refunds`: lists refunds, has failed ones tried again, and gives any part of a payment back. */
import { createHash } from 'node:crypto';
import { QueryBus } from '@nestjs/cqrs';
import { REFUND_STATUSES } from '@app/contracts/payments.js';
import { isUuid } from '@app/kernel/id.js';
import { RefundAsGoodwill, RefundsForAdmin, RetryRefunds } from '@app/payments';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { IDEMPOTENT_REQUEST, type IdempotentRequest } from '@app/platform/persistence/idempotency.js';
import { ClsService } from 'nestjs-cls';
import { cliSettings, withCli } from './cli.module.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

const LISTED = 100;

export const refunds: Subcommand = {
  name: 'refunds',
  printsJson: true,
  usage: '(list [--status STATUS] | retry [ID]… | request PAYMENT (--amount MINOR_UNITS | --all) --note TEXT [--key TEXT]) [--json]',
  summary: 'List refunds, have failed ones tried again, or give any part of a payment back',
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action === 'list') return list(rest, terminal);
    if (action === 'retry') return retry(rest, terminal);
    if (action === 'request') return request(rest, terminal);
    throw new InvalidArguments('refunds takes list, retry or request.');
  },
};

async function list(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values } = parseArguments(args, { options: { status: { type: 'string' }, json: { type: 'boolean' } } });
  const status = REFUND_STATUSES.find((each) => each === values.status);
  if (values.status !== undefined && status === undefined) throw new InvalidArguments(`--status takes ${REFUND_STATUSES.join(', ')}.`);
  const { data } = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(QueryBus, { strict: false }).execute(new RefundsForAdmin({ status: status && [status], limit: LISTED })),
  );
  if (values.json) return terminal.print(JSON.stringify({ data }));
  for (const { id, status: state, amount, reason, failure, paidOutAmount, paidOutNote } of data) {
    const notes = [failure, paidOutAmount && `paid out ${paidOutAmount.amount} ${paidOutAmount.currency}: ${paidOutNote}`].filter(
      (note) => note !== null,
    );
    terminal.print([id, state.padEnd(9), `${amount.amount} ${amount.currency}`, reason, ...notes].join('  '));
  }
  if (data.length === 0) terminal.print('There are no such refunds.');
}

async function retry(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals: ids } = parseArguments(args, { allowPositionals: true, options: { json: { type: 'boolean' } } });
  ids.forEach(assertId);
  const retried = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(AdminCommands).execute(new RetryRefunds(null, ids.length === 0 ? {} : { refundIds: ids })),
  );
  if (values.json) terminal.print(JSON.stringify(retried));
  else terminal.print(`Tried again: ${countOf(retried.data)}${retried.hasMore ? '; there are more' : ''}.`);
  for (const { refundId, detail } of retried.refused) terminal.printError(`${refundId}: ${detail}`);
  if (retried.refused.length > 0) throw new CommandFailed(`Not tried again: ${countOf(retried.refused)}.`);
}

const countOf = ({ length }: readonly unknown[]): string => `${length} ${length === 1 ? 'refund' : 'refunds'}`;

async function request(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = parseArguments(args, {
    allowPositionals: true,
    options: {
      amount: { type: 'string' },
      all: { type: 'boolean' },
      note: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [paymentId] = positionals;
  if (paymentId === undefined) throw new InvalidArguments('PAYMENT is missing.');
  const note = values.note?.trim();
  if (!note) throw new InvalidArguments('--note is missing: it says why.');
  if ((values.amount === undefined) === (values.all !== true)) throw new InvalidArguments('request takes --amount or --all.');
  if (values.amount !== undefined && !/^[1-9]\d{0,8}$/.test(values.amount))
    throw new InvalidArguments(`--amount takes minor units, such as 1250, not "${values.amount}".`);
  assertId(paymentId);
  const amount = values.amount === undefined ? null : Number(values.amount);
  const request = requestOf(JSON.stringify([paymentId.toLowerCase(), amount, note]), values.key);
  const refund = await withCli(cliSettings(terminal.env), (modules) =>
    modules.get(ClsService).run(() => {
      modules.get(ClsService).set(IDEMPOTENT_REQUEST, request);
      return modules.get(AdminCommands).execute(new RefundAsGoodwill(null, paymentId, { amount, note }));
    }),
  );
  if (values.json) return terminal.print(JSON.stringify({ ...refund, replayed: request.replayed }));
  const money = `${refund.amount.amount} ${refund.amount.currency}`;
  if (!request.replayed) return terminal.print(`Requested ${refund.id}: ${money} go back.`);
  terminal.print(`${refund.id} was requested before: ${money}. Nothing more goes back. With another --key it is another refund.`);
}

/** Without a key, the same refund of the same payment for the same reason is one, for as long as idempotency keys are kept. */
function requestOf(content: string, key?: string): IdempotentRequest {
  const fingerprint = createHash('sha256').update(content).digest('hex');
  return { scope: 'cli refunds request', key: key ?? fingerprint, fingerprint, used: false, replayed: false };
}

function assertId(id: string): void {
  if (!isUuid(id)) throw new InvalidArguments(`"${id}" is not an id.`);
}
