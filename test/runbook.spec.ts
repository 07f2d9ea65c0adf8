import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const sources = globSync('libs/*/src/**/*.ts', { cwd: root })
  .filter((path) => !/spec\.ts$|\/testing\//.test(path))
  .map(read);
const all = (pattern: RegExp): string[][] => sources.flatMap((text) => [...text.matchAll(pattern)].map((match) => [...match].slice(1)));

describe('The runbook', () => {
  const constants = new Map(all(/const ([A-Z_]+) = '([a-z][a-z-]*)'/g) as [string, string][]);
  const raised = new Set(all(/(?:\balert\(|\.raise\(|LastingFault\(\{\s*code:)\s*([A-Z][A-Z_]+)/g).map(([name]) => name!));
  const codes = [...raised].map((name) => constants.get(name) ?? `the constant ${name}`);
  const rules = (
    parse(read('compose/prometheus/alerts.yml')) as { groups: { rules: { alert: string; annotations: { runbook: string } }[] }[] }
  ).groups
    .flatMap((group) => group.rules)
    .filter(({ alert }) => alert !== 'AlertRaised');
  const sections = [...read('docs/runbook.md').matchAll(/^### (\S+)$/gm)].map(([, name]) => name!);

  it('every code that is declared is raised, and no other', () => {
    const files = [...globSync('libs/*/src/domain/alert-codes.ts', { cwd: root }), 'libs/platform/src/telemetry/alert.ts'];
    const declared = files.flatMap((file) => [...read(file).matchAll(/^export const [A-Z_]+ = '([a-z-]+)'/gm)].map(([, code]) => code!));
    expect([...codes].sort()).toEqual(declared.sort());
  });

  it('every alert of the code and every alert rule has its section, and no other', () => {
    const known = [...codes, ...rules.map(({ alert }) => alert)];
    expect([...sections].sort()).toEqual([...new Set(known)].sort());
  });

  it('every alert rule names its section', () => {
    for (const { alert, annotations } of rules) expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  });
});
