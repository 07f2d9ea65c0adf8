import { Clock } from '@app/kernel/clock.js';
import { MovableClock } from '@app/platform/clock/movable-clock.js';
import { argumentsOf, BadArguments, Failed, type Subcommand } from './subcommand.js';
import { toolSettings, withTool } from './tool.js';

const MAX_MINUTES = 527_040;

export const advanceClock: Subcommand = {
  name: 'advance-clock',
  usage: 'MINUTES',
  summary: 'Move the whole system ahead in time; only where CLOCK_MOVABLE is true',
  async run(args, { env, say }) {
    const { positionals } = argumentsOf(args, { allowPositionals: true });
    const [minutes, extra] = positionals;
    if (minutes === undefined) throw new BadArguments('MINUTES is missing.');
    if (extra !== undefined) throw new BadArguments(`There is one argument too many: "${extra}".`);
    if (!/^\d+(\.\d+)?$/.test(minutes) || Number(minutes) > MAX_MINUTES) {
      throw new BadArguments(`MINUTES must be a number from 0 to ${MAX_MINUTES}, not "${minutes}".`);
    }
    const settings = toolSettings(env);
    if (!settings.clock.movable) throw new Failed('The clock of this system cannot be moved: CLOCK_MOVABLE is not true.');
    await withTool(settings, async (tool) => {
      const clock = tool.get<MovableClock>(Clock, { strict: false });
      await clock.advance(Math.round(Number(minutes) * 60_000));
      say(`The system believes it is ${clock.now().toISOString()}.`);
    });
  },
};
