// What a rule says about a house of a few files, for the tests of the rules.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { houseAt } from './source-files.mjs';

/** `commits`: whether the files are a commit of a repository, which some rules ask about. */
export function breaches(rule, files, { commits = false } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'backlog-runner-house-'));
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
    }
    if (commits) commitAll(root);
    return [...rule(houseAt(root))];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function commitAll(root) {
  const who = ['-c', 'user.name=House', '-c', 'user.email=house@example.com', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message=All'],
  ]) {
    const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  }
}
