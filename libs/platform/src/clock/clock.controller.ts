/** Lets anybody move the clock of a system that was built to be tried out; mounted only where `CLOCK_MOVABLE` is true. */
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../http/access.js';
import { Problems } from '../http/problems.js';
import { MovableClock } from './movable-clock.js';
import { AdvanceClockRequest, ClockResponse } from './clock.dto.js';

@ApiTags('sandbox')
@Public()
@Controller('sandbox/clock')
export class ClockController {
  constructor(private readonly clock: MovableClock) {}

  @Get()
  @ApiOperation({ operationId: 'readClock', summary: 'What time the system believes it is' })
  @Problems(401)
  read(): ClockResponse {
    return { now: this.clock.now().toISOString(), offsetSeconds: this.clock.offset / 1_000 };
  }

  @Post('advance')
  @HttpCode(200)
  @ApiOperation({ operationId: 'advanceClock', summary: 'Move the whole system ahead in time' })
  @Problems(401)
  async advance(@Body() request: AdvanceClockRequest): Promise<ClockResponse> {
    await this.clock.advance(Math.round(request.minutes * 60_000));
    return this.read();
  }
}
