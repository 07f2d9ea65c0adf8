/** Installs packages of Debian without letting them start their services. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  await installPackages('rabbitmq-server');
  if (!serviceRanBefore && existsSync(SERVICE_PID_FILE)) process.kill(Number(readFileSync(SERVICE_PID_FILE, 'utf8')), 'SIGTERM');
}

/** Throws when the package manager fails. */
export async function installPackages(...packages: string[]): Promise<void> {
  forbidServices();
  try {
    await apt('update');
    await apt('install', '--yes', '--no-install-recommends', ...packages);
  } finally {
    allowServices();
  }
}

/** Returns the path of a program, from this machine or from its package. Throws, with what a person can do, where neither is possible. */
export async function requireProgram(program: string, packageName: string): Promise<string> {
  const find = (): string | undefined =>
    [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/bin']
      .map((folder) => join(folder, program))
      .find((path) => existsSync(path));
  const found = find();
  if (found) return found;
  if (!canInstall()) throw new Error(`This suite needs ${program}: install the package ${packageName}.`);
  await installPackages(packageName);
  const installed = find();
  if (!installed) throw new Error(`The package ${packageName} was installed but contains no ${program}.`);
  return installed;
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
