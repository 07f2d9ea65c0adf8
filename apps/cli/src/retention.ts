/** `retention`: deletes now the rows that are older than the settings allow, and says how many of each table. */
import { AuthRetention } from '@app/auth';
import { MailRetention, NotificationsModule } from '@app/notifications';
import { StripeDataRetention } from '@app/payments';
import { PlatformRetention } from '@app/platform/operations/retention/housekeeping.schedule.js';
import { Retention, type RetentionCount, type RetentionRules } from '@app/platform/operations/retention/retention.js';
import { WebhookRetention } from '@app/subscriptions';
import { cliSettings, withCli } from './cli.module.js';
import { withProgress } from './progress.js';
import { parseArguments, type Subcommand } from './subcommand.js';

/** What the worker's schedules delete, in the order of `docs/retention.md`. */
const ALL = [PlatformRetention, AuthRetention, StripeDataRetention, MailRetention, WebhookRetention];

export const retention: Subcommand = {
  name: 'retention',
  printsJson: true,
  usage: '[--dry-run] [--json]',
  summary: 'Delete now what is older than the settings keep, as workers do each hour, or with --dry-run only count it',
  async run(args, terminal) {
    const { values } = parseArguments(args, { options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } } });
    const isDryRun = values['dry-run'] === true;
    const work = { imports: [NotificationsModule], providers: [Retention, ...ALL] };
    const tables = await withProgress(terminal, 'rows deleted', (progress) =>
      withCli(
        cliSettings(terminal.env),
        async (modules) => {
          const runner = modules.get(Retention, { strict: false });
          const rules = ALL.flatMap((each) => modules.get<RetentionRules>(each, { strict: false }).rules);
          const counts: RetentionCount[] = [];
          const before = (): number => counts.reduce((sum, { rows }) => sum + rows, 0);
          for (const rule of rules) {
            counts.push(isDryRun ? await runner.rehearse(rule) : await runner.run(rule, (rows) => progress.advance(before() + rows)));
          }
          return counts;
        },
        work,
      ),
    );
    if (values.json) return terminal.print(JSON.stringify({ dryRun: isDryRun, tables }));
    for (const { table, rows, isMore } of tables) if (rows > 0) terminal.print(`${table}: ${isMore ? 'at least ' : ''}${rows}`);
    const all = tables.reduce((sum, { rows }) => sum + rows, 0);
    terminal.print(`${isDryRun ? 'Would delete' : 'Deleted'} ${all} rows.`);
  },
};
