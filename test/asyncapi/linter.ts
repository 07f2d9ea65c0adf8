/** Runs Spectral's rules about AsyncAPI, which hold the document against the schema of AsyncAPI 3. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FOLDER = import.meta.dirname;
const SPECTRAL = join(FOLDER, '..', '..', 'node_modules', '.bin', 'spectral');
const MAX_OUTPUT_BYTES = 64 * 1_024 * 1_024;

export async function asyncApiFindings(file: string): Promise<string[]> {
  const args = ['lint', file, '--ruleset', join(FOLDER, 'spectral.yaml'), '--format', 'json', '--quiet'];
  const output = await promisify(execFile)(SPECTRAL, args, { maxBuffer: MAX_OUTPUT_BYTES }).then(
    ({ stdout }) => stdout,
    (error: Error & { stdout?: string; stderr?: string }) => {
      // With findings it ends with an exit code; one that fails prints no JSON.
      if (error.stdout?.trimStart().startsWith('[')) return error.stdout;
      throw new Error(`spectral failed: ${error.stderr ?? error.message}`, { cause: error });
    },
  );
  const findings = JSON.parse(output) as { code: string; message: string; path: string[] }[];
  return findings.map(({ code, message, path }) => `${code} ${path.join('/')}: ${message}`);
}
