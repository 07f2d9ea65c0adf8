/** compose/deploy.sh with a `docker` that only notes what it is asked for. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folder } from './support/compose.js';

describe('compose/deploy.sh', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'movie-reservation-deploy-'));
    for (const name of ['compose', 'bin']) mkdirSync(join(scratch, name));
    copyFileSync(join(folder, 'deploy.sh'), join(scratch, 'compose/deploy.sh'));
    writeFileSync(join(scratch, 'bin/docker'), '#!/bin/sh\necho "$@" >> "$CALLS"\n[ "$1" = image ] && echo sha256:1\n');
    chmodSync(join(scratch, 'bin/docker'), 0o755);
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  /** The image is there, and the settings are refused. */
  function deploy(): { status: number | null; stderr: string; calls: string } {
    const calls = join(scratch, 'calls');
    const env = { PATH: `${join(scratch, 'bin')}:${process.env['PATH']}`, CALLS: calls };
    const { status, stderr } = spawnSync('bash', [join(scratch, 'compose/deploy.sh'), 'previous'], { env, encoding: 'utf8' });
    return { status, stderr, calls: existsSync(calls) ? readFileSync(calls, 'utf8') : '' };
  }

  it.each([
    ['true', true],
    ["'true'", true],
    ['"True"', true],
    ['false', false],
    ['', false],
  ])('CLUSTER=%s starts the cluster: %s', (value, isCluster) => {
    writeFileSync(join(scratch, 'compose/.env'), `CLUSTER=${value}\n`);
    const { status, calls } = deploy();
    expect(status).toBe(1);
    expect(calls).toContain(' doctor --only settings');
    expect(calls.includes('compose.cluster.yaml')).toBe(isCluster);
  });

  it('another value of CLUSTER is refused before anything is done', () => {
    writeFileSync(join(scratch, 'compose/.env'), 'CLUSTER=yes\n');
    expect(deploy()).toMatchObject({ status: 1, stderr: expect.stringContaining('CLUSTER') as string, calls: '' });
  });

  it('a second run beside one that is under way is refused', async () => {
    const holder = spawn('flock', [join(scratch, 'compose/.lock'), 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    holder.stdin.write('locked');
    await once(holder.stdout, 'data');
    expect(deploy()).toMatchObject({ status: 1, stderr: 'Another make up or make rollback runs. Nothing was changed.\n', calls: '' });
    holder.stdin.end();
    await once(holder, 'exit');
    expect(deploy().calls).toContain(' doctor --only settings');
  });
});
