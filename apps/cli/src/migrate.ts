/** `migrate`: applies the migrations that the database does not have yet, or names them. */
import { Environment } from '@app/platform/config/environment.js';
import { databaseUrls } from '@app/platform/config/settings.js';
import { migrate, missingMigrations } from '../../../migrations/run.js';
import { CommandFailed, InvalidArguments, type Subcommand } from './subcommand.js';

export const runMigrations: Subcommand = {
  name: 'migrate',
  usage: '[status]',
  summary: 'Bring the database up to date; several processes may do it at the same time. status only names what is missing',
  async run(args, { env, print }) {
    const [action, extra] = args;
    if (action !== undefined && action !== 'status') throw new InvalidArguments(`migrate takes status or nothing, not "${action}".`);
    if (extra !== undefined) throw new InvalidArguments(`There is one argument too many: "${extra}".`);
    const environment = new Environment(env);
    // The lock of a migration belongs to a session: a pooler that changes sessions would lose it.
    const { directUrl } = databaseUrls(environment);
    if (environment.faults.length > 0) throw new CommandFailed(environment.faults.map((fault) => `${fault}.`).join('\n'));
    if (action === 'status') {
      const missing = await missingMigrations(directUrl);
      missing.forEach((name) => print(`Missing ${name}.`));
      print(missing.length === 0 ? 'The database is up to date.' : `${missing.length} are missing; "migrate" applies them.`);
      return;
    }
    const applied = await migrate(directUrl);
    applied.forEach((name) => print(`Applied ${name}.`));
    if (applied.length === 0) print('Nothing to apply: the database is up to date.');
  },
};
