/** `backup check`: whether a backup that was restored into a database is whole and recent. */
import { migrations } from '@app/migrations';
import { Environment } from '@app/platform/config/environment.js';
import { backupFindings } from '@app/platform/operations/findings/backup-findings.js';
import { printFindings } from './print-findings.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

/** A backup a day, and two hours to make and restore it. */
const MAX_AGE_HOURS = 26;

export const backup: Subcommand = {
  name: 'backup',
  printsJson: true,
  usage: 'check --url URL [--max-age HOURS] [--json]',
  summary: 'Check a backup that was restored into the database of a URL: whole, of a known version, and not older than 26 hours',
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action !== 'check') throw new InvalidArguments('backup takes check.');
    const { values } = parseArguments(rest, {
      options: { url: { type: 'string' }, 'max-age': { type: 'string' }, json: { type: 'boolean' } },
    });
    if (values.url === undefined || !/^postgres(ql)?:\/\//.test(values.url))
      throw new InvalidArguments('--url takes a URL such as postgres://user@host/restored.');
    const maxAge = values['max-age'] ?? String(MAX_AGE_HOURS);
    if (!/^[1-9]\d{0,4}$/.test(maxAge)) throw new InvalidArguments(`--max-age takes hours, such as 26, not "${maxAge}".`);
    const names = migrations.map(({ name }) => name);
    // A URL on a command line is seen by others: its password may be the one of the system. One that has a password of its own is of another server.
    const hasPassword = (URL.parse(values.url)?.password ?? '') !== '';
    const url = hasPassword ? values.url : new Environment(terminal.env).withPassword(values.url, 'DATABASE_PASSWORD');
    const findings = await backupFindings({ url, migrations: names, maxAgeHours: Number(maxAge) });
    if (values.json) terminal.print(JSON.stringify({ findings }));
    else printFindings(findings, terminal);
    const faults = findings.filter(({ status }) => status === 'fault');
    if (faults.length > 0) throw new CommandFailed('This backup would not bring the system back.');
  },
};
