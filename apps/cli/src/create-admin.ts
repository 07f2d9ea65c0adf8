import { CommandBus } from '@nestjs/cqrs';
import { EnsureAdmin, type EnsuredAdmin } from '@app/auth';
import { askPassword } from './ask-password.js';
import { argumentsOf, BadArguments, type Subcommand } from './subcommand.js';
import { toolSettings, withTool } from './tool.js';

const sentences: Readonly<Record<EnsuredAdmin, (email: string) => string>> = {
  created: (email) => `Created the admin ${email}.`,
  promoted: (email) => `The account ${email} was there; it is an active admin now and keeps its password.`,
  'was-admin': (email) => `${email} is an active admin already and keeps its password.`,
};

export const createAdmin: Subcommand = {
  name: 'create-admin',
  usage: '--email ADDRESS --full-name NAME',
  summary: 'Make an account an admin; its password comes from ADMIN_PASSWORD, or is asked for',
  async run(args, terminal) {
    const { values } = argumentsOf(args, { options: { email: { type: 'string' }, 'full-name': { type: 'string' } } });
    const email = values.email?.trim();
    const fullName = values['full-name']?.trim();
    if (!email) throw new BadArguments('--email is missing.');
    if (!fullName) throw new BadArguments('--full-name is missing.');
    const settings = toolSettings(terminal.env);
    // Never from the arguments: every user of the machine can read those.
    const password = terminal.env['ADMIN_PASSWORD'] || (await askPassword(terminal));
    await withTool(settings, async (tool) => {
      const outcome = await tool.get(CommandBus, { strict: false }).execute(new EnsureAdmin(email, password, fullName));
      terminal.say(sentences[outcome](email));
    });
  },
};
