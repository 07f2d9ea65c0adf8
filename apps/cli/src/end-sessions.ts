/** `end-sessions`: has every user log in again, as after a restore, which brings back sessions and passwords that were ended. */
import { EndSessions } from '@app/auth';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { cliSettings, withCli } from './cli.module.js';
import { parseArguments, type Subcommand } from './subcommand.js';

export const endSessions: Subcommand = {
  name: 'end-sessions',
  usage: '',
  summary: 'End the sessions of all users: each logs in again. Access tokens live on for up to ACCESS_TOKEN_SECONDS',
  async run(args, terminal) {
    parseArguments(args, { options: {} });
    const count = await withCli(cliSettings(terminal.env), (modules) => modules.get(AdminCommands).execute(new EndSessions()));
    terminal.print(`Ended ${count} sessions.`);
  },
};
