import { Environment } from '@app/platform/config/environment.js';
import { migrate } from '../../../migrations/run.js';
import { BadArguments, Failed, type Subcommand } from './subcommand.js';

const PROTOCOLS = ['postgres:', 'postgresql:'];

export const runMigrations: Subcommand = {
  name: 'migrate',
  usage: '',
  summary: 'Bring the database up to date; safe from several places at once',
  async run(args, { env, say }) {
    if (args.length > 0) throw new BadArguments(`migrate takes no arguments, not "${args[0]}".`);
    const environment = new Environment(env);
    // The lock of a migration is a session's: a pooler that changes sessions would lose it.
    const url = environment.optionalUrl('DATABASE_DIRECT_URL', PROTOCOLS) ?? environment.url('DATABASE_URL', PROTOCOLS);
    if (environment.faults.length > 0) throw new Failed(environment.faults.map((fault) => `${fault}.`).join('\n'));
    const applied = await migrate(url);
    applied.forEach((name) => say(`Applied ${name}.`));
    if (applied.length === 0) say('Nothing to apply: the database is up to date.');
  },
};
