// Prints as JSON what `docker compose config` prints, without Docker: aliases and merges are resolved, variables replaced, all profiles included, `env_file` filled in.
// `node compose/resolve.mjs [ENV_FILE]` reads variables only from the file. A missing required variable is reported in Compose's own words.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';

/** Returns the Compose file filled in with the variables, and a sentence for each variable that is missing. */
export function resolveCompose(variables) {
  const faults = new Set();
  const compose = fillIn(parse(readFileSync(new URL('compose.yaml', import.meta.url), 'utf8'), { merge: true }), variables, faults);
  for (const service of Object.values(compose.services)) {
    // Both name compose/.env here: `env_file` for a container, and the file that the variables come from.
    if (service.env_file) service.environment = { ...variables, ...service.environment };
  }
  return { compose, faults: [...faults] };
}

function fillIn(value, variables, faults) {
  if (typeof value === 'string') {
    return value.replaceAll(/\$(?:(\$)|\{(\w+)(?:(:?[-?])([^}]*))?\})/g, (_match, dollar, name, operator, operand) =>
      dollar ? '$' : valueOf(name, { operator, operand, variables, faults }),
    );
  }
  if (Array.isArray(value)) return value.map((inner) => fillIn(inner, variables, faults));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillIn(inner, variables, faults)]));
}

/** https://docs.docker.com/reference/compose-file/interpolation/ */
function valueOf(name, { operator, operand, variables, faults }) {
  const value = variables[name];
  if (value !== undefined && (value !== '' || !operator?.startsWith(':'))) return value;
  if (operator?.endsWith('-')) return operand;
  if (operator === undefined) faults.add(`The "${name}" variable is not set and has no default.`);
  else faults.add(`required variable ${name} is missing a value: ${operand}`);
  return '';
}

if (import.meta.main) {
  const { compose, faults } = resolveCompose(parseEnv(readFileSync(process.argv[2] ?? new URL('.env', import.meta.url), 'utf8')));
  if (faults.length > 0) {
    process.stderr.write(`${faults.join('\n')}\n`);
    process.exit(1);
  }
  process.stdout.write(`${JSON.stringify(compose, null, 2)}\n`);
}
