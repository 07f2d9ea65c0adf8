/** `migrate`: applies the migrations that the database does not have yet. */
import { Environment } from '@app/platform/config/environment.js';
import { migrate } from '../../../migrations/run.js';
import { CommandFailed, InvalidArguments, type Subcommand } from './subcommand.js';

const PROTOCOLS = ['postgres:', 'postgresql:'];

export const runMigrations: Subcommand = {
  name: 'migrate',
  usage: '',
  summary: 'Bring the database up to date; several processes may do it at the same time',
  async run(args, { env, print }) {
    if (args.length > 0) throw new InvalidArguments(`migrate takes no arguments, not "${args[0]}".`);
    const environment = new Environment(env);
    // The lock of a migration belongs to a session: a pooler that changes sessions would lose it.
    const url = environment.optionalUrl('DATABASE_DIRECT_URL', PROTOCOLS) ?? environment.url('DATABASE_URL', PROTOCOLS);
    if (environment.faults.length > 0) throw new CommandFailed(environment.faults.map((fault) => `${fault}.`).join('\n'));
    const applied = await migrate(url);
    applied.forEach((name) => print(`Applied ${name}.`));
    if (applied.length === 0) print('Nothing to apply: the database is up to date.');
  },
};
