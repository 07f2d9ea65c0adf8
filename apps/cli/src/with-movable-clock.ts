/** Gives clock commands the movable clock. */
import { Clock } from '@app/kernel/clock.js';
import { MovableClock } from '@app/platform/operations/clock/movable-clock.js';
import { cliSettings, withCli } from './cli.module.js';
import { CommandFailed, type Terminal } from './subcommand.js';
import { Settings } from '@app/platform/config/settings.js';

/** Runs `change` and prints the time that the system uses afterwards. Throws `CommandFailed` where the clock cannot be moved. */
export async function withMovableClock({ env, print }: Terminal, change: (clock: MovableClock) => Promise<void>): Promise<void> {
  const settings = cliSettings(env);
  if (!settings.get(Settings).clock.movable)
    throw new CommandFailed('The clock of this system cannot be moved: CLOCK_MOVABLE is not true.');
  await withCli(settings, async (modules) => {
    const clock = modules.get<MovableClock>(Clock, { strict: false });
    await change(clock);
    print(`The time of the system is now ${clock.now().toISOString()}.`);
  });
}
