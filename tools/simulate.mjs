// The simulation: whole runners over parts in memory, in an order and with the trouble that a seed decides, against the
// ten promises.
//   node tools/simulate.mjs [--seeds n] [--from n] [--write docs/reliability.md]
//                                                      many histories; also those that ever failed
//   node tools/simulate.mjs --seed n                   one history, step by step, as a failure prints it
import { spawnSync } from 'node:child_process';

const flags = ['--conditions=@backlog-runner/source', '--disable-warning=ExperimentalWarning'];
const { status } = spawnSync('node', [...flags, 'packages/runner/simulation/run-seeds.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
