/** PgBouncer in front of HAProxy, with the settings of compose/cluster. */
import { chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProgram } from '../support/rabbitmq-install.js';
import { until } from '../support/until.js';
import { TEMPLATES, accountOf, answers } from './postgres-cluster.js';
import { type Machine, program } from './programs.js';

/** `target` is the URL of the primary; `url` is the same database through the pooler. */
export async function poolerMachine(
  folder: string,
  { target, port }: { target: string; port: number },
): Promise<{ machine: Machine; url: string }> {
  const command = await requireProgram('pgbouncer', 'pgbouncer');
  const { hostname, port: serverPort, pathname, username, password } = new URL(target);
  const own = join(folder, 'pgbouncer');
  mkdirSync(own);
  const [configuration, limits, users] = ['pgbouncer.ini', 'limits.ini', 'users'].map((name) => join(own, name)) as [
    string,
    string,
    string,
  ];
  copyFileSync(join(TEMPLATES, 'pgbouncer-limits.ini'), limits);
  writeFileSync(users, `"${username}" "${password}"\n`, { mode: 0o600 });
  writeFileSync(
    configuration,
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_file = ${users}
%include ${limits}
`,
  );
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? accountOf('nobody') : undefined;
  if (account !== undefined) for (const each of [own, configuration, limits, users]) chownSync(each, account.uid, account.gid);
  const url = new URL(target);
  url.port = String(port);
  const ready = (): Promise<true> => until(() => answers(url.href), { what: 'PgBouncer to answer' });
  const logFile = join(folder, 'pgbouncer.log');
  return { machine: program({ name: 'pgbouncer', command, args: [configuration], logFile, account, ready }), url: url.href };
}
