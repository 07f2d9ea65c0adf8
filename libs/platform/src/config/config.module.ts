/** Makes every class of settings injectable everywhere. */
import { DynamicModule, Module } from '@nestjs/common';
import { LoadedSettings } from './load-settings.js';

@Module({})
export class ConfigModule {
  static for(settings: LoadedSettings): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: LoadedSettings, useValue: settings },
        ...settings.classes.map((type) => ({ provide: type, useValue: settings.get(type) })),
      ],
      exports: [LoadedSettings, ...settings.classes],
    };
  }
}
