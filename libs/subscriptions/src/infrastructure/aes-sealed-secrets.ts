import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { WebhooksOff } from '../domain/errors.js';
import { SealedSecrets } from '../domain/sealed-secrets.js';
import { SubscriptionsSettings } from '../subscriptions.settings.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const VERSION = 'v1';
const KEY_NAME_CHARACTERS = 12;

interface NamedKey {
  /** The beginning of the hash of a key. It is part of a sealed secret, and says which key sealed it. */
  readonly name: string;
  readonly key: Buffer;
}

/** `v1.<name of the key>.<iv>.<tag>.<text>`. The owner is authenticated with it: a row cannot take the secret of another one. */
@Injectable()
export class AesSealedSecrets extends SealedSecrets {
  readonly #keys: readonly NamedKey[];

  constructor({ secretsKeys }: SubscriptionsSettings) {
    super();
    // A text of any length becomes a key of 256 bits. It is random, so it needs no slow hash.
    this.#keys = secretsKeys.map((text) => {
      const key = createHash('sha256').update(`webhook secrets ${text}`).digest();
      return { name: createHash('sha256').update(key).digest('hex').slice(0, KEY_NAME_CHARACTERS), key };
    });
  }

  seal(secret: string, owner: string): string {
    const [first] = this.#keys;
    if (first === undefined) throw new WebhooksOff();
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, first.key, iv).setAAD(Buffer.from(owner));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [VERSION, first.name, ...[iv, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))].join('.');
  }

  isCurrent(sealed: string): boolean {
    const [first] = this.#keys;
    return first === undefined || sealed.startsWith(`${VERSION}.${first.name}.`);
  }

  open(sealed: string, owner: string): string {
    const [version, name, ...parts] = sealed.split('.');
    const found = this.#keys.find((key) => key.name === name);
    const [iv, tag, text] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (version !== VERSION || found === undefined || iv === undefined || tag === undefined || text === undefined)
      throw new Error('No key of ours sealed this secret');
    const decipher = createDecipheriv(ALGORITHM, found.key, iv).setAAD(Buffer.from(owner)).setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  }
}
