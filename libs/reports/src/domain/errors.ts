import { Invalid } from '@app/kernel/domain-error.js';

export class PeriodReversed extends Invalid {
  constructor() {
    super('reports.period-reversed', 'The period ends before it begins.');
  }
}

export class PeriodTooLong extends Invalid {
  constructor(maxDays: number) {
    super('reports.period-too-long', `A report covers at most ${maxDays} days.`);
  }
}
