/** `advance-clock`: moves the clock of the whole system ahead. */
import { InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';
import { withMovableClock } from './with-movable-clock.js';

const MAX_MINUTES = 527_040;

export const advanceClock: Subcommand = {
  name: 'advance-clock',
  usage: 'MINUTES',
  summary: 'Move the clock of the whole system ahead; only where CLOCK_MOVABLE is true',
  async run(args, terminal) {
    const { positionals } = parseArguments(args, { allowPositionals: true });
    const [minutes, extra] = positionals;
    if (minutes === undefined) throw new InvalidArguments('MINUTES is missing.');
    if (extra !== undefined) throw new InvalidArguments(`There is one argument too many: "${extra}".`);
    if (!/^\d+(\.\d+)?$/.test(minutes) || Number(minutes) > MAX_MINUTES) {
      throw new InvalidArguments(`MINUTES must be a number from 0 to ${MAX_MINUTES}, not "${minutes}".`);
    }
    await withMovableClock(terminal, (clock) => clock.advance(Math.round(Number(minutes) * 60_000)));
  },
};
