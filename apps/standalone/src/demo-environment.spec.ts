import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoEnvironment } from './demo-environment.js';

const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
const names = [...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)]
  .map(([, name]) => name!)
  .filter((name) => !/^(DEMO_AMQP_URL|STRIPE_API_URL)$/.test(name));
const taken = (variables: Record<string, string>): string[] =>
  Object.entries(demoEnvironment(variables)).flatMap(([name, value]) => (value === undefined ? [] : [name]));

describe('the environment of the demo', () => {
  it('nothing that leads to a server of the real system, or opens one, is taken', () => {
    const every = names.flatMap((name) => [name, `${name}_FILE`]);
    const left = new Set(taken(Object.fromEntries(every.map((name) => [name, 'real']))));
    expect(every.filter((name) => /_FILE$|^(AMQP|ADMIN|S3)_|(URL|SECRET|PASSWORD|KEY)$/.test(name) && left.has(name))).toEqual([
      'PUBLIC_URL',
    ]);
    expect([...left].filter((name) => /^(DATABASE|JWT|STRIPE|SMTP)_/.test(name) && !/_(POOL|SECONDS|MS|DAYS)$/.test(name))).toEqual([
      'JWT_ISSUER',
      'JWT_AUDIENCE',
    ]);
  });

  it('times, limits and ports are taken', () => {
    const own = { HOLD_SECONDS: '60', METRICS_PORT: '9464', LOG_LEVEL: 'info', CLOCK_MOVABLE: 'false', CORS_ORIGINS: 'http://localhost:*' };
    expect(taken(own)).toEqual(Object.keys(own));
  });

  it('keys of Stripe are taken with the stand-in that they are for, and never without', () => {
    const keys = { STRIPE_SECRET_KEY_FILE: '/run/secrets/key', STRIPE_WEBHOOK_SECRET: 'whsec_theirs' };
    expect(taken(keys)).toEqual([]);
    const whole = { ...keys, STRIPE_API_URL: 'http://127.0.0.1:9000' };
    expect(taken(whole)).toEqual(Object.keys(whole));
    expect(taken({ ...keys, STRIPE_API_URL_FILE: '/run/secrets/url' })).toHaveLength(3);
    expect(taken({ ...keys, STRIPE_API_URL: '' })).not.toContain('STRIPE_WEBHOOK_SECRET');
  });

  it('a broker is taken by a name of its own', () => {
    expect(demoEnvironment({ AMQP_URL: 'amqp://real', DEMO_AMQP_URL: 'amqp://127.0.0.1' })).toEqual({ AMQP_URL: 'amqp://127.0.0.1' });
  });
});
