#!/usr/bin/env node
// A program in the place of the vendor's, which does what the variable FAKE (JSON) says:
//   replay, chunk   writes this file to standard output, so many bytes at a time
//   note            writes to this file what it was started with
//   leave           makes these directories
//   write           writes these files: contents by path
//   daemon          leaves a process of its own running
//   afterwards      what comes then: exit, linger, die (by SIGKILL), deaf (linger, whatever the signal)
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

if (process.argv.includes('--version')) {
  console.log('fake-agent 1.2.3');
  process.exit(0);
}
const {
  replay,
  chunk = 1 << 20,
  note,
  leave = [],
  write = {},
  daemon,
  afterwards = 'exit',
} = JSON.parse(process.env.FAKE ?? '{}');
const input = readFileSync(0, 'utf8');
if (note) {
  const { TMPDIR } = process.env;
  const seen = { args: process.argv.slice(2), input, environment: process.env, temporary: existsSync(TMPDIR) };
  writeFileSync(note, JSON.stringify(seen));
}
for (const directory of leave) mkdirSync(directory, { recursive: true });
for (const [path, content] of Object.entries(write)) writeFileSync(path, content);
if (daemon) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { detached: true, stdio: 'ignore' }).unref();
if (afterwards === 'deaf') process.on('SIGINT', () => {});
if (replay) {
  const bytes = readFileSync(replay);
  for (let at = 0; at < bytes.length; at += chunk) {
    writeSync(1, bytes.subarray(at, at + chunk));
    if (chunk < 50) await new Promise(setImmediate);
  }
}
if (afterwards === 'die') process.kill(process.pid, 'SIGKILL');
if (afterwards === 'linger' || afterwards === 'deaf') setInterval(() => {}, 1000);
