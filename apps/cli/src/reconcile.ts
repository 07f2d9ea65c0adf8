/** `reconcile`: compares Stripe with the payments here, as after a restore, and gives money without a payment back. */
import { DAY_MS, HOUR_MS } from '@app/kernel/durations.js';
import { StripeComparison } from '@app/payments';
import { cliSettings, withCli } from './cli.module.js';
import { withProgress } from './progress.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

export const reconcile: Subcommand = {
  name: 'reconcile',
  printsJson: true,
  usage: '--since TIME [--refund-orphans] [--json]',
  summary:
    'Compare Stripe with the payments here since a time (3d, 12h or 2026-11-20); --refund-orphans gives money without a payment back',
  async run(args, terminal) {
    const { values } = parseArguments(args, {
      options: { since: { type: 'string' }, 'refund-orphans': { type: 'boolean' }, json: { type: 'boolean' } },
    });
    if (values.since === undefined) throw new InvalidArguments('--since is missing.');
    const withinMs = agoOf(values.since);
    const report = await withCli(cliSettings(terminal.env), async (modules) => {
      const comparison = modules.get(StripeComparison, { strict: false });
      const compared = await withProgress(terminal, 'intents, refunds and disputes read', ({ advance }) =>
        comparison.compare(withinMs, advance),
      );
      const refunded = [];
      if (values['refund-orphans'])
        for (const orphan of compared.orphans) refunded.push({ intentId: orphan.intentId, amount: await comparison.refund(orphan) });
      return { ...compared, refunded };
    });
    const left = values['refund-orphans'] ? [] : report.orphans.filter(({ received, refunded }) => refunded < received);
    if (values.json) terminal.print(JSON.stringify(report));
    else {
      const { intents, refunds, disputes, corrected } = report;
      terminal.print(
        `Compared ${intents} payment intents, ${refunds} refunds and ${disputes} disputes; ${corrected} of them were not known here as they are.`,
      );
      for (const { reservationId, code, status, amount, currency } of report.refundedReservations)
        terminal.print(`Reservation ${code} (${reservationId}) is ${status}, and ${amount} ${currency} of its payment went back.`);
      for (const { intentId, received, refunded, currency } of report.orphans)
        terminal.print(`Orphan ${intentId}: ${received} ${currency} arrived, ${refunded} went back before.`);
      for (const { intentId, amount } of report.refunded) if (amount > 0) terminal.print(`Refunded ${intentId}: ${amount}.`);
    }
    if (left.length > 0)
      throw new CommandFailed(
        `There is money at Stripe for ${left.length} payments that do not exist here. --refund-orphans gives it back.`,
      );
  },
};

/** `3d`, `12h`, or a day in UTC. */
function agoOf(text: string): number {
  const [, count, unit] = /^(\d{1,4})([dh])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (unit === 'd' ? DAY_MS : HOUR_MS);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(day) || day > Date.now())
    throw new InvalidArguments(`--since takes 3d, 12h or a day such as 2026-11-20, not "${text}".`);
  return Date.now() - day;
}
