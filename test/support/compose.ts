/** The Compose file, filled in with values that fit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  profiles?: string[];
  user?: string;
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  cap_add?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  [key: string]: unknown;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  [key: string]: unknown;
}

export const folder = fileURLToPath(new URL('../../compose/', import.meta.url));
export const RESOLVER = join(folder, 'resolve.mjs');
export const { resolveCompose } = (await import(RESOLVER)) as {
  resolveCompose: (variables: Record<string, string>) => { compose: Compose; faults: string[] };
};

export const example = readFileSync(join(folder, '.env.example'), 'utf8');
export const required = [...example.matchAll(/^([A-Z0-9_]+)=$/gm)].map(([, name]) => name!);

/** Gives every empty variable of the example a value that fits, then applies `own`. */
export function filledIn(own: Record<string, string> = {}): Record<string, string> {
  const secret = '0123456789abcdef0123456789abcdef';
  const shaped = {
    ADMIN_EMAIL: 'admin@cinema.test',
    STRIPE_SECRET_KEY: `sk_test_${secret}`,
    STRIPE_PUBLISHABLE_KEY: `pk_test_${secret}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${secret}`,
    STRIPE_WEBHOOK_PREVIOUS_SECRET: `whsec_previous_${secret}`,
    SMTP_URL: 'off',
    MAIL_FROM: 'tickets@cinema.test',
    PUBLIC_URL: 'https://cinema.test',
    CORS_ORIGINS: 'https://shop.example',
  };
  return { ...Object.fromEntries(required.map((name) => [name, secret])), ...shaped, ...own };
}

/** Throws when a variable is missing. */
export function composed(own?: Record<string, string>): Compose {
  const { compose, faults } = resolveCompose(filledIn(own));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return compose;
}
