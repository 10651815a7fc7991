import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { renderTaskSchema } from '@backlog-runner/store';
import { painter, usesColour } from '../colour.ts';
import { EXIT } from '../exit-code.ts';
import { CONFIG_NAME, findRepository } from '../find-project.ts';
import { type Detected, detect } from '../init/detect.ts';
import { readFacts } from '../init/read-facts.ts';
import { scaffold, scaffoldFiles } from '../init/scaffold.ts';
import type { CommandInvocation } from '../invocation.ts';
import { narrator } from '../narrator.ts';
import { one } from '../option-values.ts';
import type { Surroundings } from '../surroundings.ts';

/** Sets up a backlog: `init [--dir D] [--force]`. Prints what became of each file. */
export async function init(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const directory = resolve(surroundings.directory, one(invocation, 'dir') ?? '.');
  const top = findRepository(directory);
  await mkdir(directory, { recursive: true });
  const detected = detect(readFacts(directory, top));
  const files = scaffoldFiles(detected, renderTaskSchema());
  const written = await scaffold(directory, files, { force: invocation.switches.has('force') });
  const paint = painter(usesColour(surroundings.environment, surroundings.stdout));
  for (const { path, action } of written) {
    surroundings.stdout.write(`${paint(action === 'kept' ? 'dim' : 'green', action)}\t${path}\n`);
  }
  await explain(detected, relative(surroundings.directory, directory), surroundings);
  return EXIT.ok;
}

async function explain(detected: Detected, away: string, surroundings: Surroundings): Promise<void> {
  const say = await narrator(surroundings);
  if (detected.checks.length === 0) {
    say.warn('No check was found here. Edit scripts/backlog/validate.sh: until then it lets nothing land.');
  } else say.info(`Work may land when these pass: ${detected.checks.join(', ')}`);
  if (detected.install) say.info(`Workspaces are prepared with: ${detected.install}`);
  const steps = [
    ...(away === '' ? [] : [`cd ${away}`]),
    `git add .gitignore ${CONFIG_NAME} backlog scripts/backlog && git commit -m "Set up the backlog"`,
    'npx backlog-runner add "What should be true" --path src --criterion "How to tell"',
    'npx backlog-runner start --once',
  ];
  say.log(`Next:\n${steps.map((step) => `  ${step}`).join('\n')}`);
}
