// Asks Prometheus and Grafana of the containers what they know. `check-engine.mjs` calls it.
import { readFileSync } from 'node:fs';
import { send, until } from './check-client.mjs';

/** `ports`: those of this machine. Returns what was found. */
export async function observability(ports) {
  const prometheus = `http://127.0.0.1:${ports.PROMETHEUS}/api/v1`;
  await until('Prometheus has asked every process', async () => {
    const { data } = JSON.parse((await send(`${prometheus}/query?query=${encodeURIComponent('count by (job) (up == 1)')}`)).text);
    const count = (job) => Number(data.result.find(({ metric }) => metric.job === job)?.value[1] ?? 0);
    return count('api') === 2 && count('worker') === 1;
  });
  const { groups } = JSON.parse((await send(`${prometheus}/rules`)).text).data;
  const rules = groups.flatMap((group) => group.rules);
  const broken = rules.filter(({ health, lastError }) => health === 'err' || lastError);
  if (rules.length === 0 || broken.length > 0) throw new Error(`${broken.length} of ${rules.length} rules fail: ${broken[0]?.lastError}`);
  const { panels } = JSON.parse(readFileSync(new URL('grafana/cinema.json', import.meta.url), 'utf8'));
  let [count, withData] = [0, 0];
  for (const { title, targets = [] } of panels)
    for (const { expr } of targets) {
      const answer = JSON.parse(
        (await send(`${prometheus}/query?query=${encodeURIComponent(expr.replaceAll('$__rate_interval', '1m'))}`)).text,
      );
      if (answer.status !== 'success') throw new Error(`Prometheus refuses the query of the panel ${title}: ${answer.error}`);
      count++;
      if (answer.data.result.length > 0) withData++;
    }
  const boards = JSON.parse((await send(`http://127.0.0.1:${ports.GRAFANA}/api/search`)).text);
  if (boards.length === 0) throw new Error('Grafana has no dashboard.');
  return `${rules.length} rules; ${withData} of ${count} queries of panels have data; ${boards.map(({ title }) => title).join(', ')}`;
}
