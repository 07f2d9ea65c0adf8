/** `posters check`: names the movies whose poster is not in the object storage, as after a restore of a copy that lacks it. */
import { QueryBus } from '@nestjs/cqrs';
import { type LostPoster, LostPosters, type LostPostersPage, PosterStorageUnavailable } from '@app/movies';
import { reasonOf } from '@app/platform/operations/findings/finding.js';
import { cliSettings, withCli } from './cli.module.js';
import { withProgress } from './progress.js';
import { CommandFailed, InvalidArguments, parseArguments, type Subcommand } from './subcommand.js';

const PAGE_SIZE = 200;
/** In the JSON document, which is one. */
const LISTED_ROWS = 1_000;

export const posters: Subcommand = {
  name: 'posters',
  printsJson: true,
  usage: 'check [--json]',
  summary: 'Ask the object storage for every poster, and name the movies whose poster is lost; exits with 1 where there is any',
  async run(args, terminal) {
    const [action, ...rest] = args;
    if (action !== 'check') throw new InvalidArguments('posters takes check.');
    const { values } = parseArguments(rest, { options: { json: { type: 'boolean' } } });
    const listed: LostPoster[] = [];
    let checked = 0;
    let lostCount = 0;
    await withProgress(terminal, 'posters', (progress) =>
      withCli(cliSettings(terminal.env), async (modules) => {
        const queries = modules.get(QueryBus);
        for (let after: string | null = null, isMore = true; isMore; isMore = after !== null) {
          const page: LostPostersPage = await queries.execute(new LostPosters({ after, limit: PAGE_SIZE })).catch(failed);
          checked += page.checked;
          lostCount += page.lost.length;
          if (values.json) listed.push(...page.lost.slice(0, LISTED_ROWS - listed.length));
          else for (const { movieId, title, keys } of page.lost) terminal.print(`${movieId}  ${title}  ${keys.join(' ')}`);
          progress.advance(checked);
          after = page.nextAfter;
        }
      }),
    );
    if (values.json) terminal.print(JSON.stringify({ checked, lostCount, data: listed }));
    else terminal.print(`Looked at ${checked} posters.`);
    if (lostCount > 0) throw new CommandFailed(`${lostCount} posters are lost: upload them again (POST /api/v1/movies/{id}/poster).`);
  },
};

function failed(error: unknown): never {
  if (!(error instanceof PosterStorageUnavailable)) throw error;
  const reason = error.cause === undefined ? 'none is set' : reasonOf(error.cause);
  throw new CommandFailed(`The storage of posters does not say what it has: ${reason}. "doctor" says how to mend it.`);
}
