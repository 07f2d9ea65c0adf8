/** Starts the CLI: `node dist/apps/cli/src/main.js help` lists the commands for operators. */
import { runCli } from './cli.js';
import { terminalLines } from './progress.js';

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  ...terminalLines(process.stdout, process.stderr),
});
