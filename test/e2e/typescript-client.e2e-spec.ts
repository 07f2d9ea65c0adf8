import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useMultiProcessSystem } from '../support/multi-process-system.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ROOT = join(import.meta.dirname, '..', '..');
const CLIENT = join(ROOT, 'clients/typescript');
/** What silences the compiler. */
const CAST = /\bas (?!const\b)\w|\bany\b|@ts-|[\w)\]]!(?=[.;,)\]])|<any>/;

describe('The typed client', () => {
  const system = useMultiProcessSystem({ apiProcesses: 1, broker: 'postgresql', env: { STRIPE_SECRET_KEY: 'sk_test_bookandpay' } });

  const run = async (args: readonly string[], cwd = ROOT): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}${error.stderr}`, { cause: error });
    });
    return stdout.trim();
  };
  const compile = (...args: string[]) => run([join(ROOT, 'node_modules/typescript/bin/tsc'), ...args]);

  it('source, specs and example compile in strict mode', async () => {
    await compile('--noEmit', '--project', join(CLIENT, 'tsconfig.json'));
  }, 120_000);

  it('the package compiles under the strictest options, and loads both ways', async () => {
    const folder = temporaryFolder();
    const installed = join(folder.path, 'node_modules/movie-reservation-client');
    await compile('--project', join(CLIENT, 'tsconfig.build.json'), '--outDir', join(installed, 'dist'));
    copyFileSync(join(CLIENT, 'package.json'), join(installed, 'package.json'));
    const example = readFileSync(join(CLIENT, 'examples/book-and-pay.ts'), 'utf8').replace('../src/index.js', 'movie-reservation-client');
    writeFileSync(join(folder.path, 'main.mts'), example);
    const strictest = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
    };
    const types = { lib: ['es2023'], types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')], skipLibCheck: false };
    const compilerOptions = { ...strictest, ...types, target: 'es2023', module: 'nodenext', noEmit: true };
    writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.mts'] }));
    await compile('--project', folder.path);
    const load = `console.log(typeof createCinemaClient)`;
    const imported = ['--input-type=module', '--eval', `import { createCinemaClient } from 'movie-reservation-client'; ${load}`];
    const required = ['--input-type=commonjs', '--eval', `const { createCinemaClient } = require('movie-reservation-client'); ${load}`];
    expect([await run(imported, folder.path), await run(required, folder.path)]).toEqual(['function', 'function']);
    await folder.remove();
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
