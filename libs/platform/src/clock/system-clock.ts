/** Real time, for every system whose clock cannot be moved. */
import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
