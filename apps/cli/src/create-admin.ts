/** `create-admin`: creates an admin account, or promotes an existing account where the operator says so. */
import type { INestApplicationContext } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ActivateUser, CreateAdmin, PromoteUser, UserWithEmail } from '@app/auth';
import { Environment } from '@app/platform/config/environment.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { askPassword } from './ask-password.js';
import { cliSettings, withCli } from './cli.module.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand, type Terminal } from './subcommand.js';

export const createAdmin: Subcommand = {
  name: 'create-admin',
  usage: '--email ADDRESS (--full-name NAME | --promote-existing)',
  summary: 'Create an admin; the password comes from ADMIN_PASSWORD or a prompt. --promote-existing promotes an account that exists',
  async run(args, terminal) {
    const { values } = parseArguments(args, {
      options: { email: { type: 'string' }, 'full-name': { type: 'string' }, 'promote-existing': { type: 'boolean' } },
    });
    const email = values.email?.trim();
    const fullName = values['full-name']?.trim();
    if (!email) throw new InvalidArguments('--email is missing.');
    if (values['promote-existing']) return withCli(cliSettings(terminal.env), (modules) => promoteExisting(modules, email, terminal));
    if (!fullName) throw new InvalidArguments('--full-name is missing.');
    const settings = cliSettings(terminal.env);
    // Never an argument: every user of the machine can read the arguments of a process.
    const environment = new Environment(terminal.env);
    const given = environment.optional('ADMIN_PASSWORD');
    if (environment.faults.length > 0) throw new CommandFailed(`${environment.faults.join('. ')}.`);
    const password = given ?? (await askPassword(terminal));
    await withCli(settings, (modules) => create(modules, { email, password, fullName }, terminal));
  },
};

async function create(
  modules: INestApplicationContext,
  { email, password, fullName }: { email: string; password: string; fullName: string },
  terminal: Terminal,
): Promise<void> {
  const existing = await modules.get(QueryBus, { strict: false }).execute(new UserWithEmail(email));
  if (existing?.role === 'admin' && existing.active) return terminal.print(`${email} is an active admin already and keeps its password.`);
  if (existing !== null) {
    throw new CommandFailed(
      `The account ${email} exists already, and anybody may have registered it with a password of their own. Nothing was changed. ` +
        'Promote it with --promote-existing if you know its owner, or take another address.',
    );
  }
  await modules.get(AdminCommands).execute(new CreateAdmin({ email, password, fullName }));
  terminal.print(`Created the admin ${email}.`);
}

async function promoteExisting(modules: INestApplicationContext, email: string, terminal: Terminal): Promise<void> {
  const user = await modules.get(QueryBus, { strict: false }).execute(new UserWithEmail(email));
  if (user === null) throw new CommandFailed(`There is no account ${email}. Create it with --full-name, without --promote-existing.`);
  const admin = modules.get(AdminCommands);
  const changes = [await admin.execute(new PromoteUser(null, user.id)), await admin.execute(new ActivateUser(null, user.id))];
  terminal.print(
    changes.includes(true)
      ? `The account ${email} is an active admin now and keeps its password.`
      : `${email} is an active admin already and keeps its password.`,
  );
}
