// Upgrades the containers under load and brings back the version before. `check-engine.mjs` calls it.
import { execFileSync } from 'node:child_process';
import { load } from './check-client.mjs';

// Customers that send requests at the same time.
const CLIENTS = 3;
// A machine of its own needs half a minute. Here the load and what else runs share its processors.
const MAX_ROLLBACK_SECONDS = 120;

/** As the operator built it then: from its own files. */
export function buildBefore(from, { docker, root, image }) {
  const files = execFileSync('git', ['archive', from], { cwd: root, maxBuffer: 2 ** 28 });
  docker(['build', '--quiet', '--tag', image, '--file', 'compose/Dockerfile', '-'], files);
}

/** To this checkout where an earlier version runs (`from`), otherwise to the same files under another id. `deploy` brings the containers to a version. */
export async function upgrade({ api, cinema, deploy, docker, image, from }) {
  let isOver = false;
  let upgradeSeconds = 0;
  let rollbackSeconds = 0;
  const answers = { count: 0, failed: [] };
  const clients = Array.from({ length: CLIENTS }, (_, client) => load(api, { client, cinema, answers, isOver: () => isOver }));
  try {
    if (from === undefined)
      docker(['build', '--quiet', '--tag', `${image}:next`, '--label', 'version=next', '-'], `FROM ${image}:current\n`);
    upgradeSeconds = replacing(await deploy(...(from === undefined ? ['next'] : [])));
    rollbackSeconds = replacing(await deploy('previous'));
  } finally {
    isOver = true;
    await Promise.all(clients);
  }
  if (answers.failed.length > 0)
    throw new Error(`${answers.failed.length} of ${answers.count} requests failed: ${answers.failed.slice(0, 5).join('; ')}`);
  if (rollbackSeconds > MAX_ROLLBACK_SECONDS) throw new Error(`The way back took ${rollbackSeconds} s.`);
  return `${answers.count} requests, 0 failed; after the build the upgrade took ${upgradeSeconds} s, the way back ${rollbackSeconds} s`;
}

/** The seconds of a deployment after its build. Its steps are shown. */
function replacing(output) {
  const steps = [...output.matchAll(/^--- +(\d+) s {2}(.*)$/gm)];
  for (const [, seconds, name] of steps) process.stdout.write(`      ${seconds.padStart(4)} s  ${name}\n`);
  const [checked] = steps.find(([, , name]) => name === 'Check the settings').slice(1);
  return Number(steps.at(-1)[1]) - Number(checked);
}
