import { CommandBus, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { ScheduleRefused } from '../../domain/errors.js';
import type { ScheduleFault } from '../../domain/schedule-file.js';
import type { ImportSchedule } from '../commands/import-schedule.js';
import { type ScheduleImportView, scheduleImportView } from './schedule-import.view.js';

/** What importing a schedule would do now. The command runs and is rolled back. */
export class ScheduleDryRun extends Query<ScheduleImportView> {
  constructor(readonly command: ImportSchedule) {
    super();
  }
}

@QueryHandler(ScheduleDryRun)
export class ScheduleDryRunHandler implements IQueryHandler<ScheduleDryRun> {
  constructor(
    private readonly commands: CommandBus,
    private readonly transactions: Transactions,
  ) {}

  async execute({ command }: ScheduleDryRun): Promise<ScheduleImportView> {
    let imported: ScheduleImportView = {
      dryRun: true,
      possible: false,
      added: 0,
      alreadyThere: 0,
      differenceCount: 0,
      differences: [],
      faultCount: 0,
      faults: [],
    };
    const { refusal } = await this.transactions.rehearse(async () => {
      imported = scheduleImportView(await this.commands.execute(command));
    });
    if (refusal === null) return { ...imported, dryRun: true };
    if (!(refusal instanceof ScheduleRefused)) throw refusal;
    const { faultCount, faults } = refusal.details as { faultCount: number; faults: ScheduleFault[] };
    return { ...imported, faultCount, faults };
  }
}
