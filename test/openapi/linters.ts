/** Runs the linters of the OpenAPI document. Neither asks another server. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FOLDER = import.meta.dirname;
const PROGRAMS = join(FOLDER, '..', '..', 'node_modules', '.bin');
const MAX_OUTPUT_BYTES = 64 * 1_024 * 1_024;

/** Returns the findings of Redocly's strictest set of rules. */
export async function redoclyFindings(file: string): Promise<string[]> {
  const output = await run('redocly', [
    'lint',
    file,
    '--config',
    join(FOLDER, 'redocly.yaml'),
    '--format',
    'json',
    '--max-problems',
    '1000',
  ]);
  const { problems } = JSON.parse(output) as { problems: { ruleId: string; message: string; location: { pointer?: string }[] }[] };
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`);
}

/** Returns the findings of Spectral's rules about OpenAPI. */
export async function spectralFindings(file: string): Promise<string[]> {
  const output = await run('spectral', ['lint', file, '--ruleset', join(FOLDER, 'spectral.yaml'), '--format', 'json', '--quiet']);
  const findings = JSON.parse(output) as { code: string; message: string; path: string[] }[];
  return findings.map(({ code, message, path }) => `${code} ${path.join('/')}: ${message}`);
}

/** Resolves to the standard output. A linter that finds something ends with an exit code; one that fails prints no JSON. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const options = { env, maxBuffer: MAX_OUTPUT_BYTES };
  return promisify(execFile)(join(PROGRAMS, program), args, options).then(
    ({ stdout }) => stdout,
    (error: Error & { stdout?: string; stderr?: string }) => {
      if (error.stdout?.trimStart().match(/^[[{]/)) return error.stdout;
      throw new Error(`${program} failed: ${error.stderr ?? error.message}`, { cause: error });
    },
  );
}
