import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useMultiProcessSystem } from '../support/multi-process-system.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CLIENT = join(ROOT, 'clients/typescript');
/** What silences the compiler. */
const CAST = /\bas (?!const\b)\w|\bany\b|@ts-|[\w)\]]!(?=[.;,)\]])|<any>/;

describe('The typed client', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql', env: { STRIPE_SECRET_KEY: 'sk_test_bookandpay' } });

  it('source, specs and example compile in strict mode', async () => {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    for (const project of ['tsconfig.json', 'tsconfig.build.json'])
      await promisify(execFile)(process.execPath, [compiler, '--noEmit', '--project', join(CLIENT, project)]).catch(
        (error: { stdout: string }) => {
          throw new Error(error.stdout, { cause: error });
        },
      );
  }, 120_000);

  it('source and example have no cast', () => {
    const files = ['src', 'examples'].flatMap((folder) =>
      readdirSync(join(CLIENT, folder))
        .filter((name) => /(?<!\.spec)\.ts$/.test(name))
        .map((name) => join(CLIENT, folder, name)),
    );
    expect(files.length).toBeGreaterThan(4);
    const code = (file: string): string => readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(files.filter((file) => CAST.test(code(file)))).toEqual([]);
    for (const cast of ['x as Seat', 'const x: any = 1', 'seat!.label', '// @ts-expect-error']) expect(cast).toMatch(CAST);
  });

  it('the example books a seat, pays it and sees it confirmed', async () => {
    await system.startWorker();
    await system.api.createShowtime({ rows: 1, seatsPerRow: 2 });
    const args = ['--import', './test/support/typescript.mjs', join(CLIENT, 'examples/book-and-pay.ts')];
    const env = { ...process.env, API_URL: system.api.url, STRIPE_URL: system.sandboxUrl };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env, timeout: 60_000 });
    expect(stdout.trim().split('\n')).toEqual(['held', '1 seat is taken', 'succeeded', 'confirmed']);
  }, 90_000);
});
