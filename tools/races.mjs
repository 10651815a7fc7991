// Races: several real runners work off one backlog while they are killed and stopped at random.
//   node tools/races.mjs [--seed n] [--rounds n] [--tasks n] [--runners n] [--lease ms] [--write docs/reliability.md]
// A race is one task that several runners compete for. Exits with 1 if anything was lost, landed twice or written late.
import { spawnSync } from 'node:child_process';

const flags = ['--conditions=@backlog-runner/source', '--disable-warning=ExperimentalWarning'];
const { status } = spawnSync('node', [...flags, 'packages/cli/crash/races.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
