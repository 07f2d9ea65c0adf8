/** Provides the `Clock` of every context: real time, or a clock that can be moved where `CLOCK_MOVABLE` is true. */
import { DynamicModule, Module } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { SystemClock } from '../../clock/system-clock.js';
import type { Settings } from '../../config/settings.js';
import { ClockController } from './clock.controller.js';
import { MovableClock } from './movable-clock.js';

@Module({})
export class ClockModule {
  static for(settings: Settings, options: { http: boolean }): DynamicModule {
    if (!settings.clock.movable) {
      return { module: ClockModule, global: true, providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] };
    }
    return {
      module: ClockModule,
      global: true,
      providers: [MovableClock, { provide: Clock, useExisting: MovableClock }],
      controllers: options.http ? [ClockController] : [],
      exports: [Clock],
    };
  }
}
