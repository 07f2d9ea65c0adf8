/** Prints findings for a person: a line each, and below it what to do. */
import type { Finding } from '@app/platform/operations/findings/finding.js';
import type { Terminal } from './subcommand.js';

export function printFindings(findings: readonly Finding[], { print }: Terminal): void {
  for (const { part, status, text, mend } of findings) {
    print(`${status.padEnd(8)} ${part.padEnd(12)} ${text}`);
    if (mend !== undefined) print(`${' '.repeat(22)}→ ${mend}`);
  }
}
