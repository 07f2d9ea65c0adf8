/** `rebuild-reports`: counts the events that are kept again, and says since when they are kept. */
import { CommandBus } from '@nestjs/cqrs';
import { RebuildReports } from '@app/reports';
import { cliSettings, withCli } from './cli.module.js';
import { withProgress } from './progress.js';
import { parseArguments, type Subcommand } from './subcommand.js';

export const rebuildReports: Subcommand = {
  name: 'rebuild-reports',
  printsJson: true,
  usage: '[--from-start] [--json]',
  summary:
    'Make the facts of the reports anew from the events that are kept; also while the system runs. A run that was cut off goes on, or begins again with --from-start',
  async run(args, terminal) {
    const { values } = parseArguments(args, { options: { 'from-start': { type: 'boolean' }, json: { type: 'boolean' } } });
    const rebuilt = await withProgress(terminal, 'of the history counted', ({ advance }) =>
      withCli(cliSettings(terminal.env), (modules) =>
        modules.get(CommandBus, { strict: false }).execute(new RebuildReports({ fromStart: values['from-start'], onProgress: advance })),
      ),
    );
    if (values.json) return terminal.print(JSON.stringify(rebuilt));
    const { events, resumed, historySince, complete } = rebuilt;
    terminal.print(`Counted ${events} events again${resumed ? ', those before an interruption included' : ''}.`);
    if (!complete) terminal.print(`Events before ${historySince} are not kept any more; facts made of them stay as they are.`);
  },
};
