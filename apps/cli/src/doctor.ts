/** `doctor`: checks everything around the system, and says how to mend what is wrong. It writes one small object into the bucket of posters, and removes it. */
import { apiKeyFindings } from '@app/auth';
import { mailServerFindings, NotificationsSettings } from '@app/notifications';
import { MoviesSettings, posterStorageFindings } from '@app/movies';
import { PaymentsSettings, stripeFindings } from '@app/payments';
import { timeZoneFindings } from '@app/rooms';
import { localTimeFindings } from '@app/showtimes';
import { type LoadedSettings, SettingsInvalid } from '@app/platform/config/load-settings.js';
import { Settings } from '@app/platform/config/settings.js';
import { subscriptionOf } from '@app/platform/messaging/subscribe.js';
import { brokerFindings } from '@app/platform/operations/findings/broker-findings.js';
import { databaseFindings } from '@app/platform/operations/findings/database-findings.js';
import { type Finding, fault, ok, reasonOf } from '@app/platform/operations/findings/finding.js';
import { migrations } from '@app/migrations';
import { workerModules } from '../../worker/src/worker.module.js';
import { readSettings } from '../../settings.js';
import { cliSettings } from './cli.module.js';
import { printFindings } from './print-findings.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

export const doctor: Subcommand = {
  name: 'doctor',
  printsJson: true,
  usage: '[--only settings] [--json]',
  summary:
    'Check settings, database, showtimes, API keys, broker, storage, mail server, Stripe and clocks, and say how to mend each; exits with 1 where something is wrong',
  async run(args, terminal) {
    const { values } = parseArguments(args, { options: { json: { type: 'boolean' }, only: { type: 'string' } } });
    if (values.only !== undefined && values.only !== 'settings') throw new InvalidArguments(`--only takes settings, not "${values.only}".`);
    const findings = await findingsOf(terminal.env, { isSettingsOnly: values.only === 'settings' });
    if (values.json) terminal.print(JSON.stringify({ findings }));
    else printFindings(findings, terminal);
    const faults = findings.filter(({ status }) => status === 'fault');
    if (faults.length > 0) throw new CommandFailed(`${faults.length} of ${findings.length} findings are faults.`);
  },
};

async function findingsOf(env: Terminal['env'], { isSettingsOnly }: { isSettingsOnly: boolean }): Promise<Finding[]> {
  let settings: LoadedSettings;
  try {
    settings = isSettingsOnly ? readSettings(env) : cliSettings(env);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.faults.map((text) => fault('settings', text, '.env.example explains the variable.'));
    throw error;
  }
  const wellFormed = ok('settings', 'Every variable is well-formed.');
  if (isSettingsOnly) return [wellFormed];
  const own = settings.get(Settings);
  const found = await Promise.all([
    guarded(
      'database',
      databaseFindings(
        own,
        migrations.map(({ name }) => name),
      ),
    ),
    guarded('database', timeZoneFindings(own)),
    guarded('showtimes', localTimeFindings(own)),
    guarded('api-keys', apiKeyFindings(own)),
    guarded('broker', brokerFindings(own, queuesOfReactions())),
    guarded('storage', posterStorageFindings(settings.get(MoviesSettings))),
    guarded('mail', mailServerFindings(settings.get(NotificationsSettings))),
    guarded('stripe', stripeFindings(settings.get(PaymentsSettings), { isProduction: own.production })),
  ]);
  return [wellFormed, ...found.flat()];
}

/** A check that breaks must not hide what the others find. */
async function guarded(part: string, findings: Promise<Finding[]>): Promise<Finding[]> {
  return findings.catch((error: unknown) => [
    fault(part, `It could not be checked: ${reasonOf(error)}`, 'Mend what the sentence names, and run doctor again.'),
  ]);
}

/** From the modules of the worker, which need not be started for it. */
function queuesOfReactions(): string[] {
  const providersOf = (module: object): unknown[] => (Reflect.getMetadata('providers', module) as unknown[] | undefined) ?? [];
  return workerModules.flatMap(providersOf).flatMap((provider) => subscriptionOf(provider)?.queue ?? []);
}
