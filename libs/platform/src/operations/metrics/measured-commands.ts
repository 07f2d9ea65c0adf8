/** Counts every command by how it ended: done, refused with a code, or failed. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandBus, type ICommand } from '@nestjs/cqrs';
import { DomainError } from '@app/kernel/domain-error.js';
import { counter, durationHistogram, secondsSince } from '../../telemetry/metrics.js';

const COMMANDS = counter('cinema_commands_total', 'Commands by outcome: done, failed, or the code of the refusal', ['command', 'outcome']);
const DURATIONS = durationHistogram('cinema_command_duration_seconds', 'From a command to its outcome', ['command']);

/** The bus of Nest has no pipeline around its handlers, so its `execute` is replaced. */
@Injectable()
export class MeasuredCommands implements OnModuleInit {
  constructor(private readonly bus: CommandBus) {}

  onModuleInit(): void {
    const execute = this.bus.execute.bind<CommandBus, [], [command: ICommand], Promise<unknown>>(this.bus);
    const measured = async (command: ICommand): Promise<unknown> => {
      const name = command.constructor.name;
      const startedAt = performance.now();
      try {
        const result = await execute(command);
        COMMANDS.inc({ command: name, outcome: 'done' });
        return result;
      } catch (error) {
        COMMANDS.inc({ command: name, outcome: error instanceof DomainError ? error.code : 'failed' });
        throw error;
      } finally {
        DURATIONS.observe({ command: name }, secondsSince(startedAt));
      }
    };
    this.bus.execute = measured;
  }
}
