// Prints as JSON what `docker compose config` prints, without Docker: aliases and merges are resolved, variables replaced, all profiles included, `env_file` filled in;
// with `CLUSTER=true` compose.cluster.yaml is laid over compose.yaml.
// `node compose/resolve.mjs [ENV_FILE]` reads variables only from the file. A missing required variable is reported in Compose's own words.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { isMap, isPair, parseDocument, visit } from 'yaml';

/** Returns the Compose file filled in with the variables, and a sentence for each variable that is missing. */
export function resolveCompose(variables) {
  const faults = new Set();
  const { content } = read('compose.yaml');
  if (variables.CLUSTER?.toLowerCase() === 'true') layOver(content, read('cluster/compose.cluster.yaml'));
  const compose = fillIn(content, variables, faults);
  for (const service of Object.values(compose.services)) {
    // compose/.env is both: `env_file` for a container, and the file that the variables come from.
    const files = (service.env_file ?? []).map((file) => (typeof file === 'string' ? parseEnv(textOf(file)) : variables));
    if (files.length > 0) service.environment = Object.assign({}, ...files, service.environment);
  }
  return { compose, faults: [...faults] };
}

function textOf(file) {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

/** `tagged`: where `!reset` and `!override` stand, as lists of keys. */
function read(file) {
  const document = parseDocument(textOf(file), { merge: true });
  const tagged = [];
  visit(document, {
    Node(_key, node, path) {
      if (node.tag === '!reset' || node.tag === '!override')
        tagged.push({ keys: path.filter(isPair).map(({ key }) => key.value), isReset: node.tag === '!reset' });
      // Without the tag, so that its content is read as that of any other.
      if (isMap(node)) node.tag = undefined;
    },
  });
  return { content: document.toJS(), tagged };
}

/** As `docker compose --file … --file …` does it. Throws for two lists, which Compose would join: `!override` says what is meant. */
function layOver(base, { content, tagged }) {
  for (const { keys } of tagged) remove(base, keys);
  merge(base, content, '');
  for (const { keys, isReset } of tagged) if (isReset) remove(base, keys);
}

function remove(object, [key, ...rest]) {
  if (rest.length === 0) delete object[key];
  else if (typeof object[key] === 'object' && object[key] !== null) remove(object[key], rest);
}

function merge(base, own, place) {
  for (const [key, value] of Object.entries(own)) {
    const before = key.startsWith('x-') ? undefined : base[key];
    if (Array.isArray(before) && Array.isArray(value)) throw new Error(`${place}${key} is a list in both files: tag it !override.`);
    const areObjects = [before, value].every((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
    if (areObjects) base[key] = merge({ ...before }, value, `${place}${key}.`);
    else base[key] = value;
  }
  return base;
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
