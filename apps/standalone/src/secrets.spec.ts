import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateSecrets } from './secrets.js';

describe('the secrets of an installation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-secrets-'));
  const file = join(folder, 'secrets.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('secrets are made once, and those of an earlier version get what is new', () => {
    const made = loadOrCreateSecrets(folder);
    expect(loadOrCreateSecrets(folder)).toEqual(made);
    const { WEBHOOK_SECRETS_KEY: _new, ...earlier } = made;
    writeFileSync(file, JSON.stringify(earlier));
    expect(loadOrCreateSecrets(folder)).toMatchObject(earlier);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('WEBHOOK_SECRETS_KEY');
  });

  it('a file of secrets that is torn is named, with what helps', () => {
    writeFileSync(file, '');
    expect(() => loadOrCreateSecrets(folder)).toThrow(`${file} cannot be read`);
  });
});
