import { Environment as PlatformEnvironment } from '@app/platform/config/environment.js';
import type { SandboxOptions } from './sandbox-options.js';

type Environment = Readonly<Record<string, string | undefined>>;

interface Variable<T> {
  fallback: T;
  /** Returns undefined for an invalid value. */
  parse: (value: string) => T | undefined;
  /** Completes the message `NAME must be …`. */
  expected: string;
}

/** Reads the options of the process. Throws one Error that lists every invalid variable. */
export function readOptions(variables: Environment): SandboxOptions {
  // The secrets may be files, as for the other processes.
  const files = new PlatformEnvironment(variables);
  const secrets = ['STRIPE_WEBHOOK_SECRET', 'STRIPE_SECRET_KEY'].map((name) => [name, files.optional(name) ?? undefined] as const);
  const environment: Environment = { ...variables, ...Object.fromEntries(secrets) };
  const problems: string[] = [...files.faults];

  function read<T>(name: string, { fallback, parse, expected }: Variable<T>): T {
    const value = environment[name];
    if (value === undefined || value === '') return fallback;
    const parsed = parse(value);
    if (parsed === undefined) problems.push(`${name} must be ${expected}`);
    return parsed ?? fallback;
  }

  const options: SandboxOptions = {
    port: read('SANDBOX_PORT', { fallback: 12111, parse: parsePort, expected: 'a port between 0 and 65535' }),
    host: environment['SANDBOX_HOST'] || '127.0.0.1',
    dataFile: environment['SANDBOX_DATA'] || '.data/stripe-sandbox.sqlite',
    webhookUrl:
      environment['SANDBOX_WEBHOOK_URL'] === 'none'
        ? null
        : read('SANDBOX_WEBHOOK_URL', {
            fallback: 'http://127.0.0.1:3000/api/v1/webhooks/stripe',
            parse: parseUrl,
            expected: 'an http or https URL, or `none`',
          }),
    webhookSecret: read('STRIPE_WEBHOOK_SECRET', {
      fallback: '',
      parse: withPrefix('whsec_'),
      expected: 'a secret that starts with whsec_',
    }),
    secretKey: read<string | undefined>('STRIPE_SECRET_KEY', {
      fallback: undefined,
      parse: withPrefix('sk_test_'),
      expected: 'a test key that starts with sk_test_',
    }),
    retryDelaysMs: read<number[] | undefined>('SANDBOX_RETRY_DELAYS_MS', {
      fallback: undefined,
      parse: parseDelays,
      expected: 'milliseconds separated by commas',
    }),
    asyncDelayMs: read<number | undefined>('SANDBOX_ASYNC_DELAY_MS', {
      fallback: undefined,
      parse: parseWholeNumber,
      expected: 'a number of milliseconds',
    }),
  };
  if (!environment['STRIPE_WEBHOOK_SECRET']) problems.push('STRIPE_WEBHOOK_SECRET is missing: webhooks are signed with it');
  if (problems.length > 0) throw new Error(`The Stripe sandbox cannot start: ${problems.join('; ')}.`);
  return options;
}

function parsePort(value: string): number | undefined {
  const number = parseWholeNumber(value);
  return number !== undefined && number <= 65_535 ? number : undefined;
}

function parseWholeNumber(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function parseDelays(value: string): number[] | undefined {
  const parsed = value.split(',').map((part) => parseWholeNumber(part.trim()));
  return parsed.every((delay) => delay !== undefined) ? parsed : undefined;
}

function parseUrl(value: string): string | undefined {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value : undefined;
}

function withPrefix(prefix: string): (value: string) => string | undefined {
  return (value) => (value.startsWith(prefix) && value.length > prefix.length ? value : undefined);
}
