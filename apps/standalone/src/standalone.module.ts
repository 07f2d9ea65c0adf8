/** API and worker as one process. */
import { DynamicModule, Module } from '@nestjs/common';
import { allEventTypes } from '@app/contracts/all-events.js';
import { migrations } from '@app/migrations';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { type DemoContent, HomePageModule } from '@app/platform/operations/home-page.module.js';
import { commonModules } from '@app/platform/process/common-modules.js';
import { apiModules } from '../../api/src/api.module.js';
import type { MailCatcher } from './mails/mail-catcher.js';
import { MailSandboxModule } from './mails/mail-sandbox.controller.js';
import { workerModules } from '../../worker/src/worker.module.js';
import { HOME_PAGE } from '../../home-page.js';

@Module({})
export class StandaloneModule {
  static for(settings: LoadedSettings, { mails, demo }: { mails: MailCatcher; demo: DemoContent }): DynamicModule {
    const common = commonModules(settings, {
      name: 'standalone',
      migrations: migrations.map(({ name }) => name),
      eventTypes: allEventTypes,
    });
    const own = [MailSandboxModule.for(mails), HomePageModule.for({ ...HOME_PAGE, demo })];
    return { module: StandaloneModule, imports: [...common, ...apiModules, ...workerModules, ...own] };
  }
}
