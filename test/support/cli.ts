/** Runs the command line in the process of the test, on the database of a system. */
import { Readable } from 'node:stream';
import { runCli } from '../../apps/cli/src/cli.js';
import type { InProcessSystem } from './in-process-system.js';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function cliOf(
  system: Pick<InProcessSystem, 'env'>,
  args: string[],
  env: Record<string, string> = {},
  input = '',
): Promise<CliResult> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const terminal = {
    env: { ...system.env, ...env },
    stdin: Readable.from([input]),
    print: (line: string) => stdout.push(line),
    printError: (line: string) => stderr.push(line),
  };
  return { code: await runCli(args, terminal), stdout: stdout.join('\n'), stderr: stderr.join('\n') };
}
