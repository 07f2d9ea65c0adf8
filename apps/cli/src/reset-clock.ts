/** `reset-clock`: sets the clock of the whole system back to real time. */
import { parseArguments, type Subcommand } from './subcommand.js';
import { withMovableClock } from './with-movable-clock.js';

export const resetClock: Subcommand = {
  name: 'reset-clock',
  usage: '',
  summary: 'Set the clock of the whole system back to real time; only where CLOCK_MOVABLE is true',
  async run(args, terminal) {
    parseArguments(args, {});
    await withMovableClock(terminal, (clock) => clock.reset());
  },
};
