/** `erase-user`: erases a person who asked for it and cannot log in, or whose account is back after a restore. */
import { QueryBus } from '@nestjs/cqrs';
import { EraseUserAsAdmin, UserWithEmail } from '@app/auth';
import { isUuid } from '@app/kernel/id.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { cliSettings, withCli } from './cli.module.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

export const eraseUser: Subcommand = {
  name: 'erase-user',
  usage: '(--email ADDRESS | --id ID)',
  summary: 'Erase an account and everything that names the person. It cannot be undone; paid reservations ahead are refused',
  async run(args, terminal) {
    const { values } = parseArguments(args, { options: { email: { type: 'string' }, id: { type: 'string' } } });
    const email = values.email?.trim();
    const id = values.id?.trim();
    if (Boolean(email) === Boolean(id)) throw new InvalidArguments('Either --email or --id is needed.');
    if (id && !isUuid(id)) throw new InvalidArguments('--id must be a UUID.');
    await withCli(cliSettings(terminal.env), async (modules) => {
      const userId = id ?? (await modules.get(QueryBus, { strict: false }).execute(new UserWithEmail(email ?? '')))?.id;
      if (userId === undefined) throw new CommandFailed(`There is no account ${email}.`);
      await modules.get(AdminCommands).execute(new EraseUserAsAdmin(null, userId));
      terminal.print(`Erased the user ${userId}.`);
    });
  },
};
