/** Installs Debian's RabbitMQ without letting the package start its service. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const POLICY = '/usr/sbin/policy-rc.d';
const SAVED_POLICY = `${POLICY}.before-tests`;
const SERVICE_PID_FILE = '/run/rabbitmq/pid';

export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Throws when the package manager fails. */
export async function installRabbitmq(): Promise<void> {
  const serviceRanBefore = existsSync(SERVICE_PID_FILE);
  forbidServices();
  try {
    await apt('update');
    await apt('install', '--yes', '--no-install-recommends', 'rabbitmq-server');
  } finally {
    allowServices();
  }
  if (!serviceRanBefore && existsSync(SERVICE_PID_FILE)) process.kill(Number(readFileSync(SERVICE_PID_FILE, 'utf8')), 'SIGTERM');
}

/** The switch that Debian documents for invoke-rc.d: exit code 101 means "action forbidden by policy". */
function forbidServices(): void {
  if (existsSync(POLICY) && !existsSync(SAVED_POLICY)) renameSync(POLICY, SAVED_POLICY);
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
  chmodSync(POLICY, 0o755);
}

function allowServices(): void {
  if (existsSync(SAVED_POLICY)) renameSync(SAVED_POLICY, POLICY);
  else rmSync(POLICY, { force: true });
}

export async function apt(...command: string[]): Promise<void> {
  await promisify(execFile)('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-q', ...command], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  });
}
