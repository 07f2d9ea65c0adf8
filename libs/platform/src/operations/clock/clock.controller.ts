/** Routes that move the clock of a system that is only tried out. They need no token and exist only where `CLOCK_MOVABLE` is true. */
import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../../http/access/route-access.js';
import { MovableClock } from './movable-clock.js';
import { AdvanceClockRequest } from './clock.dto.js';
import { ClockView } from './clock.view.js';

@ApiTags('sandbox')
@Public()
@Controller('sandbox/clock')
export class ClockController {
  constructor(private readonly clock: MovableClock) {}

  @Get()
  @ApiOperation({ operationId: 'getClock', summary: 'The time of the system, and how far it is ahead of real time' })
  read(): ClockView {
    return { now: this.clock.now().toISOString(), offsetSeconds: this.clock.offsetMs / 1_000 };
  }

  @Post('advance')
  @HttpCode(200)
  @ApiOperation({ operationId: 'advanceClock', summary: 'Move the clock of the whole system ahead; it stays moved after a restart' })
  async advance(@Body() request: AdvanceClockRequest): Promise<ClockView> {
    await this.clock.advance(Math.round(request.minutes * 60_000));
    return this.read();
  }

  @Delete()
  @ApiOperation({ operationId: 'resetClock', summary: 'Set the clock of the whole system back to real time' })
  async reset(): Promise<ClockView> {
    await this.clock.reset();
    return this.read();
  }
}
