import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { requireProgram } from '../../support/rabbitmq-install.js';
import { cleanUpOnExit } from '../../support/reaper.js';
import { until } from '../../support/until.js';

const FOLDER = join(import.meta.dirname, '../../../compose');
const PACKAGE = 'prometheus';
const INSTALL_MS = 180_000;
const read = (path: string): string => readFileSync(join(FOLDER, path), 'utf8');

const { groups } = parse(read('prometheus/alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] };
const rules = groups.flatMap((group) => group.rules);

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
  }[];
}

describe('Prometheus', () => {
  it(
    'every alert rule fires as its test says',
    async () => {
      const promtool = await requireProgram('promtool', PACKAGE);
      const { stdout } = await promisify(execFile)(promtool, ['test', 'rules', 'alerts.test.yml'], { cwd: join(FOLDER, 'prometheus') });
      expect(stdout).toContain('SUCCESS');
      const { tests } = parse(read('prometheus/alerts.test.yml')) as RuleTests;
      const fired = tests.flatMap((each) => each.alert_rule_test.filter(({ exp_alerts: alerts }) => alerts.length > 0));
      expect([...new Set(fired.map(({ alertname }) => alertname))].sort()).toEqual(rules.map(({ alert }) => alert).sort());
    },
    INSTALL_MS,
  );

  describe('that scrapes a running system', () => {
    let system: InProcessSystem;
    let url: string;
    let data: string;
    let end: () => void;

    beforeAll(async () => {
      const [metrics, port, program] = [await freePort(), await freePort(), await requireProgram('prometheus', PACKAGE)];
      system = await startInProcessSystem({ env: { WORKER_METRICS_PORT: String(metrics) } });
      data = mkdtempSync(join(tmpdir(), 'movie-reservation-prometheus-'));
      const configuration = {
        ...(parse(read('prometheus/prometheus.yml')) as object),
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [join(FOLDER, 'prometheus/alerts.yml')],
        // Both processes are one here.
        scrape_configs: ['api', 'worker'].map((name) => ({ job_name: name, static_configs: [{ targets: [`127.0.0.1:${metrics}`] }] })),
      };
      writeFileSync(join(data, 'prometheus.yml'), stringify(configuration));
      const child = spawn(
        program,
        [`--config.file=${data}/prometheus.yml`, `--storage.tsdb.path=${data}/tsdb`, `--web.listen-address=127.0.0.1:${port}`],
        { stdio: 'ignore', detached: true },
      );
      const forget = cleanUpOnExit({ processGroup: child.pid! });
      end = () => {
        child.once('exit', forget);
        child.kill('SIGKILL');
      };
      url = `http://127.0.0.1:${port}/api/v1`;
      const { showtimeId } = await system.createShowtime();
      await system.hold(await system.registerCustomer(), showtimeId, ['A1']);
      await until(async () => (await query('min(count_over_time(up[5m]))')).some(({ value }) => Number(value[1]) > 2), {
        timeoutMs: 60_000,
        what: 'three scrapes',
      });
    }, INSTALL_MS);
    afterAll(async () => {
      end?.();
      await system?.close();
      if (data) rmSync(data, { recursive: true, force: true });
    });

    async function query(expression: string): Promise<{ readonly value: readonly [number, string] }[]> {
      const response = await fetch(`${url}/query?query=${encodeURIComponent(expression)}`).catch(() => null);
      if (response === null || response.status === 503) return [];
      const { status, error, data: found } = (await response.json()) as { status: string; error?: string; data: { result: [] } };
      if (status !== 'success') throw new Error(`${expression}: ${error}`);
      return found.result;
    }

    it('every panel of the dashboard is answered, those of gauges with data', async () => {
      const { panels } = JSON.parse(read('grafana/cinema.json')) as { panels: { title: string; targets?: { expr: string }[] }[] };
      const empty: string[] = [];
      for (const { title, targets = [] } of panels)
        for (const { expr } of targets)
          if ((await query(expr.replaceAll('$__rate_interval', '1m'))).length === 0 && !/rate\(|increase\(/.test(expr))
            empty.push(`${title}: ${expr}`);
      // A currency is there when something is owed in it.
      expect(empty).toEqual(['Owed: max by (currency) (cinema_money_owed)']);
    });

    it('no rule fails', async () => {
      const { data: known } = (await (await fetch(`${url}/rules`)).json()) as {
        data: { groups: { rules: { name: string; health: string }[] }[] };
      };
      const evaluated = known.groups.flatMap((group) => group.rules);
      expect(evaluated).toHaveLength(rules.length);
      expect(evaluated.filter(({ health }) => health === 'err')).toEqual([]);
    });
  });
});
