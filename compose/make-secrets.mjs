// Makes compose/.env from compose/.env.example: every password and key that can be invented is made, the rest stays empty. It overwrites nothing.
// `node compose/make-secrets.mjs [FILE]`
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const GENERATED = [
  'POSTGRES_PASSWORD',
  'DATABASE_PASSWORD',
  'RABBITMQ_PASSWORD',
  'RABBITMQ_COOKIE',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'JWT_SECRET',
  'WEBHOOK_SECRETS_KEY',
];

const file = process.argv[2] ?? new URL('.env', import.meta.url).pathname;
if (existsSync(file)) {
  process.stderr.write(`${file} is there already; nothing was changed. A volume keeps the password that it was created with.\n`);
  process.exit(1);
}
const example = readFileSync(new URL('.env.example', import.meta.url), 'utf8');
const filled = example.replaceAll(/^([A-Z0-9_]+)=$/gm, (line, name) =>
  GENERATED.includes(name) ? `${name}=${randomBytes(32).toString('hex')}` : line,
);
// Only its owner may read it.
writeFileSync(file, filled, { mode: 0o600, flag: 'wx' });
const empty = [...filled.matchAll(/^([A-Z0-9_]+)=$/gm)].map(([, name]) => name);
process.stdout.write(`Made ${file}. Left empty: ${empty.join(', ')}; the file says which are needed.\n`);
