import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiModule } from '../apps/api/src/api.module.js';
import { CliModule, cliSettings } from '../apps/cli/src/cli.module.js';
import { readSettings } from '../apps/settings.js';
import { WorkerModule } from '../apps/worker/src/worker.module.js';

const secret = () => randomBytes(32).toString('hex');
const ENV = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  JWT_SECRET: secret(),
  STRIPE_SECRET_KEY: `sk_test_${secret()}`,
  STRIPE_PUBLISHABLE_KEY: `pk_test_${secret()}`,
  STRIPE_WEBHOOK_SECRET: `whsec_${secret()}`,
  ADMIN_EMAIL: 'admin@cinema.test',
  ADMIN_PASSWORD: 'correct-horse-battery',
};

/** Resolves what every class asks for and makes no instance: no database and no broker is needed. */
async function compile(module: DynamicModule): Promise<void> {
  await NestFactory.createApplicationContext(module, { preview: true, abortOnError: false, logger: false });
}

@Injectable()
class MissingProvider {}

@Injectable()
class InNeed {
  constructor(readonly missing: MissingProvider) {}
}

@Module({ providers: [InNeed] })
class Incomplete {}

describe('The modules of every process', () => {
  it.each([
    ['api', () => ApiModule.for(readSettings(ENV))],
    ['worker', () => WorkerModule.for(readSettings(ENV))],
    ['cli', () => CliModule.for(cliSettings(ENV))],
  ])('the %s has every provider that its classes ask for', async (_name, module) => {
    await compile(module());
  });

  it('a provider that is missing is found', async () => {
    const worker = WorkerModule.for(readSettings(ENV));
    await expect(compile({ ...worker, imports: [...worker.imports!, Incomplete] })).rejects.toThrow(/MissingProvider/);
  });
});
