// What `docker compose config` prints, as JSON, where there is no Docker: aliases and merges resolved, variables filled in, every profile.
// `node compose/resolve.mjs [ENV_FILE]`; variables come from the file alone. A missing one that is required ends it with Compose's own words.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';

const folder = new URL('./', import.meta.url);
const variables = parseEnv(readFileSync(process.argv[2] ?? new URL('.env', folder), 'utf8'));
const faults = new Set();
const resolved = filledIn(parse(readFileSync(new URL('compose.yaml', folder), 'utf8'), { merge: true }));
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.size > 0) process.exit(1);
process.stdout.write(`${JSON.stringify(resolved, null, 2)}\n`);

function filledIn(value) {
  if (typeof value === 'string') return value.replaceAll(/\$(?:(\$)|\{(\w+)(?:(:?[-?])([^}]*))?\})/g, substitute);
  if (Array.isArray(value)) return value.map(filledIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner)]));
}

/** https://docs.docker.com/reference/compose-file/interpolation/ */
function substitute(_match, dollar, name, operator, operand) {
  if (dollar) return '$';
  const value = variables[name];
  if (value !== undefined && (value !== '' || !operator?.startsWith(':'))) return value;
  if (operator?.endsWith('-')) return operand;
  if (operator === undefined) faults.add(`The "${name}" variable is not set and has no default.`);
  else faults.add(`required variable ${name} is missing a value: ${operand}`);
  return '';
}
