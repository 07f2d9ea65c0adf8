import type { SandboxOptions } from './sandbox.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the options the process runs with; throws one Error that lists everything wrong with them. */
export function optionsFrom(environment: Environment): SandboxOptions {
  const faults: string[] = [];

  function read<T>(name: string, fallback: T, parse: (value: string) => T | undefined, expected: string): T {
    const value = environment[name];
    if (value === undefined || value === '') return fallback;
    const parsed = parse(value);
    if (parsed === undefined) faults.push(`${name} must be ${expected}`);
    return parsed ?? fallback;
  }

  const options: SandboxOptions = {
    port: read('SANDBOX_PORT', 12111, port, 'a port between 0 and 65535'),
    host: environment['SANDBOX_HOST'] || '127.0.0.1',
    dataFile: environment['SANDBOX_DATA'] || '.data/stripe-sandbox.sqlite',
    webhookUrl:
      environment['SANDBOX_WEBHOOK_URL'] === 'none'
        ? null
        : read('SANDBOX_WEBHOOK_URL', 'http://127.0.0.1:3000/api/v1/webhooks/stripe', url, 'an http or https URL, or `none`'),
    webhookSecret: read('STRIPE_WEBHOOK_SECRET', '', startingWith('whsec_'), 'a secret that starts with whsec_'),
    secretKey: read<string | undefined>('STRIPE_SECRET_KEY', undefined, startingWith('sk_test_'), 'a test key that starts with sk_test_'),
    retryDelaysMs: read<number[] | undefined>('SANDBOX_RETRY_DELAYS_MS', undefined, delays, 'milliseconds separated by commas'),
    asyncDelayMs: read<number | undefined>('SANDBOX_ASYNC_DELAY_MS', undefined, milliseconds, 'a number of milliseconds'),
  };
  if (!environment['STRIPE_WEBHOOK_SECRET']) faults.push('STRIPE_WEBHOOK_SECRET is missing: webhooks are signed with it');
  if (faults.length > 0) throw new Error(`The Stripe sandbox cannot start: ${faults.join('; ')}.`);
  return options;
}

function port(value: string): number | undefined {
  const number = milliseconds(value);
  return number !== undefined && number <= 65_535 ? number : undefined;
}

function milliseconds(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function delays(value: string): number[] | undefined {
  const parsed = value.split(',').map((part) => milliseconds(part.trim()));
  return parsed.every((delay) => delay !== undefined) ? parsed : undefined;
}

function url(value: string): string | undefined {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value : undefined;
}

function startingWith(prefix: string): (value: string) => string | undefined {
  return (value) => (value.startsWith(prefix) && value.length > prefix.length ? value : undefined);
}
