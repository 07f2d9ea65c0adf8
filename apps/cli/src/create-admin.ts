/** `create-admin`: creates an admin account, or promotes an existing account. */
import { CommandBus } from '@nestjs/cqrs';
import { EnsureAdmin, type EnsuredAdmin } from '@app/auth';
import { askPassword } from './ask-password.js';
import { cliSettings, withCli } from './cli.module.js';
import { InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

const MESSAGES: Readonly<Record<EnsuredAdmin, (email: string) => string>> = {
  created: (email) => `Created the admin ${email}.`,
  promoted: (email) => `The account ${email} existed already. It is an active admin now and keeps its password.`,
  'was-admin': (email) => `${email} is an active admin already and keeps its password.`,
};

export const createAdmin: Subcommand = {
  name: 'create-admin',
  usage: '--email ADDRESS --full-name NAME',
  summary: 'Create an admin or promote an account; the password comes from ADMIN_PASSWORD or a prompt',
  async run(args, terminal) {
    const { values } = parseArguments(args, { options: { email: { type: 'string' }, 'full-name': { type: 'string' } } });
    const email = values.email?.trim();
    const fullName = values['full-name']?.trim();
    if (!email) throw new InvalidArguments('--email is missing.');
    if (!fullName) throw new InvalidArguments('--full-name is missing.');
    const settings = cliSettings(terminal.env);
    // Never an argument: every user of the machine can read the arguments of a process.
    const password = terminal.env['ADMIN_PASSWORD'] || (await askPassword(terminal));
    await withCli(settings, async (modules) => {
      const outcome = await modules.get(CommandBus, { strict: false }).execute(new EnsureAdmin(email, password, fullName));
      terminal.print(MESSAGES[outcome](email));
    });
  },
};
