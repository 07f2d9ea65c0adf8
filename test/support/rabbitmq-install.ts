/** Puts Debian's RabbitMQ on the machine without letting the package start a service of its own. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const policy = '/usr/sbin/policy-rc.d';
const kept = `${policy}.before-tests`;
const servicePidFile = '/run/rabbitmq/pid';

export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Throws when the package manager fails. */
export async function installRabbitmq(): Promise<void> {
  const serviceRanBefore = existsSync(servicePidFile);
  forbidServices();
  try {
    await apt('update');
    await apt('install', '--yes', '--no-install-recommends', 'rabbitmq-server');
  } finally {
    allowServices();
  }
  if (!serviceRanBefore && existsSync(servicePidFile)) process.kill(Number(readFileSync(servicePidFile, 'utf8')), 'SIGTERM');
}

/** The documented switch of Debian's invoke-rc.d: 101 means "action forbidden by policy". */
function forbidServices(): void {
  if (existsSync(policy) && !existsSync(kept)) renameSync(policy, kept);
  writeFileSync(policy, '#!/bin/sh\nexit 101\n');
  chmodSync(policy, 0o755);
}

function allowServices(): void {
  if (existsSync(kept)) renameSync(kept, policy);
  else rmSync(policy, { force: true });
}

async function apt(...command: string[]): Promise<void> {
  await promisify(execFile)('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-q', ...command], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  });
}
