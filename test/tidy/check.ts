/** Applies every rule. `make tidy only=PATH` prints what it finds below a path. */
import { contextKeys } from './context-keys.js';
import { dependencies } from './dependencies.js';
import { unusedExports } from './exports.js';
import { fixedDates } from './fixed-dates.js';
import {
  type Finding,
  booleans,
  constants,
  errors,
  invariants,
  length,
  members,
  openings,
  optionalFields,
  pasted,
  queries,
  settings,
  statements,
  testNames,
  titles,
  typeNames,
  words,
} from './rules.js';
import { type Source, readSources } from './sources.js';
import { useCases } from './use-cases.js';

const eachFile = (rule: (source: Source) => Finding[]) => (sources: readonly Source[]) => sources.flatMap(rule);

export const RULES = {
  length: eachFile(length),
  titles: eachFile(titles),
  pasted: eachFile(pasted),
  words: eachFile(words),
  members: eachFile(members),
  constants: eachFile(constants),
  errors,
  settings: eachFile(settings),
  openings: eachFile(openings),
  queries: eachFile(queries),
  'use cases': eachFile(useCases),
  'test names': eachFile(testNames),
  'type names': eachFile(typeNames),
  invariants: eachFile(invariants),
  'fixed dates': eachFile(fixedDates),
  statements: eachFile(statements),
  booleans: eachFile(booleans),
  'context keys': eachFile(contextKeys),
  'optional fields': eachFile(optionalFields),
  dependencies,
  'unused exports': unusedExports,
} satisfies Record<string, (sources: readonly Source[]) => Finding[]>;

export type RuleName = keyof typeof RULES;

export const toLine = ({ path, line, message }: Finding): string => `${path}:${line}  ${message}`;

if (import.meta.main) {
  const only = (process.argv[2] ?? '').replace(/^\.\//, '');
  const sources = readSources();
  let count = 0;
  for (const [name, rule] of Object.entries(RULES)) {
    const findings = rule(sources).filter(({ path }) => path.startsWith(only));
    if (findings.length > 0) process.stdout.write(`${name}: ${findings.length}\n${findings.map((each) => `  ${toLine(each)}\n`).join('')}`);
    count += findings.length;
  }
  process.stdout.write(`${count} to tidy${only ? ` below ${only}` : ''}.\n`);
  process.exitCode = count > 0 ? 1 : 0;
}
