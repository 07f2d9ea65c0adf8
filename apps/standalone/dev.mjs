// `make dev`: runs what `make start` runs, compiles on every change of a source and starts it again. Data stays.
// While a source does not compile, the process of the last good build goes on.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const ENTRY = 'dist/apps/standalone/src/main.js';
// The compiler reports once per round; a round that follows within this time belongs to the same change.
const SETTLE_MS = 200;

let running = null;
let isEnding = false;
let restarting = Promise.resolve();
let timer;

const compiler = spawn('nest', ['build', 'standalone', '--watch', '--preserveWatchOutput'], { stdio: ['ignore', 'pipe', 'inherit'] });
createInterface({ input: compiler.stdout }).on('line', (line) => {
  process.stdout.write(`${line}\n`);
  const found = / Found (\d+) errors?\./.exec(line);
  if (!found) return;
  clearTimeout(timer);
  if (found[1] === '0') timer = setTimeout(scheduleRestart, SETTLE_MS);
  else if (running) print('The process of the last good build goes on.');
});
compiler.once('exit', () => end());

// Ctrl-C reaches the whole group, `kill` only this process: passed on, it harms neither.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end());

function scheduleRestart() {
  restarting = restarting.then(restart);
}

async function restart() {
  await stop();
  if (isEnding) return;
  const child = spawn(process.execPath, [ENTRY], { stdio: ['ignore', 'inherit', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  running = { child, exited };
  void exited.then(() => {
    if (running?.child !== child) return;
    running = null;
    if (!isEnding) print('The process ended. It is started again after the next change.');
  });
}

async function stop() {
  if (!running) return;
  const { child, exited } = running;
  running = null;
  child.kill('SIGTERM');
  await exited;
}

async function end() {
  if (isEnding) return;
  isEnding = true;
  clearTimeout(timer);
  compiler.kill('SIGTERM');
  await restarting;
  await stop();
  process.exit(0);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
