/**
 * Claims at 1, 4 and 16 processes, as ratios to what the disk allows in the same run: writing a file aside, flushing it
 * and its directory, and linking it to its name. Goal B: no double claim, no error, throughput at 16 not below 1.
 *
 *   node --conditions @backlog-runner/source bench/leases.mjs
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsyncSync, linkSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { fileLeases } from '../packages/leases/src/index.ts';
import { goal } from './goal.mjs';

const self = fileURLToPath(import.meta.url);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const KEYS = 64;

if (process.argv[2] === 'claim') await claim(process.argv[3]);
else if (process.argv[1] === self) report(await measureLeases());

/** The figures of goal B. */
export async function measureLeases() {
  const root = mkdtempSync(join(tmpdir(), 'bench-leases-'));
  try {
    const floors = [floor(join(root, 'floor-before'))];
    const rows = [];
    for (const processes of [1, 4, 16]) {
      rows.push({ processes, ...(await compete(join(root, `leases-${processes}`), processes)) });
      floors.push(floor(join(root, `floor-${processes}`)));
    }
    const floorMs = quantile(
      floors.map(({ wallMs }) => wallMs),
      0.5,
    );
    const floorCpuMs = quantile(
      floors.map(({ cpuMs }) => cpuMs),
      0.5,
    );
    return {
      floorMs,
      floorCpuMs,
      rows: rows.map((row) => ({ ...row, toFloor: row.p50Ms / floorMs })),
      result: resultOf(rows),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function resultOf(rows) {
  const [one, , sixteen] = rows;
  return {
    doubleClaims: rows.reduce((sum, row) => sum + row.doubles, 0),
    errors: rows.reduce((sum, row) => sum + row.errors, 0),
    cpuPerClaimMs: one.cpuPerClaimMs,
    throughput16To1: sixteen.claimsPerSecond / one.claimsPerSecond,
  };
}

async function compete(directory, processes) {
  const children = Array.from({ length: processes }, () =>
    fork(self, ['claim', directory], { execArgv: process.execArgv }),
  );
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('go');
    const results = (await Promise.all(answers)).map(([result]) => result);
    const fences = results.flatMap((result) => result.fences);
    const times = results.flatMap((result) => result.times);
    const seconds = Math.max(...results.map((result) => result.seconds));
    return {
      claims: fences.length,
      doubles: fences.length - new Set(fences).size,
      errors: results.reduce((sum, result) => sum + result.errors, 0),
      claimsPerSecond: fences.length / seconds,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      cpuPerClaimMs: results.reduce((sum, result) => sum + result.cpuMs, 0) / fences.length,
    };
  } finally {
    for (const child of children) child.kill();
  }
}

async function claim(directory) {
  await warmUp(`${directory}-warm-up-${process.pid}`);
  const leases = fileLeases({ directory });
  const [fences, times] = [[], []];
  let errors = 0;
  process.send('ready');
  await once(process, 'message');
  let cpuMs = 0;
  const start = performance.now();
  for (let turn = process.pid; performance.now() - start < SECONDS * 1000; turn += 1) {
    const resources = [`task/${turn % KEYS}`, `path/src/${turn % KEYS}`];
    const [before, cpu] = [performance.now(), process.cpuUsage()];
    try {
      const lease = await leases.acquire({ resources, holder: `p${process.pid}`, ttlMs: 30_000 });
      if (!lease) continue;
      times.push(performance.now() - before);
      cpuMs += cpuSince(cpu);
      fences.push(lease.fence);
      await leases.release(lease);
    } catch (error) {
      errors += 1;
      console.error(error);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  process.send({ fences, times, errors, seconds, cpuMs }, () => process.disconnect());
}

/** Code that runs for the first time costs many times what it costs later. */
async function warmUp(directory) {
  const leases = fileLeases({ directory });
  for (let turn = 0; turn < 200; turn += 1) {
    const lease = await leases.acquire({ resources: ['task/warm'], holder: 'warm', ttlMs: 30_000 });
    await leases.release(lease);
  }
}

/** What the cheapest durable compare-and-set that a directory allows costs. */
function floor(directory) {
  mkdirSync(directory);
  const home = openSync(directory, 'r');
  const [times, cpu] = [[], process.cpuUsage()];
  for (let number = 0; number < 300; number += 1) {
    const before = performance.now();
    const aside = join(directory, 'aside');
    const file = openSync(aside, 'wx');
    writeFileSync(file, 'x'.repeat(200));
    fsyncSync(file);
    closeSync(file);
    linkSync(aside, join(directory, String(number)));
    rmSync(aside);
    fsyncSync(home);
    times.push(performance.now() - before);
  }
  closeSync(home);
  return { wallMs: quantile(times, 0.5), cpuMs: cpuSince(cpu) / times.length };
}

function cpuSince(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function report({ floorMs, floorCpuMs, rows, result }) {
  console.log(
    `floor (write, flush, link, flush the directory): ${floorMs.toFixed(2)} ms, CPU ${floorCpuMs.toFixed(2)} ms`,
  );
  for (const row of rows) {
    const { processes, claims, claimsPerSecond, p50Ms, p99Ms, cpuPerClaimMs, toFloor } = row;
    console.log(
      `${String(processes).padStart(2)} processes: ${claims} claims, ${claimsPerSecond.toFixed(0)}/s, ` +
        `p50 ${p50Ms.toFixed(2)} ms (${toFloor.toFixed(2)} x floor), p99 ${p99Ms.toFixed(1)} ms, ` +
        `CPU ${cpuPerClaimMs.toFixed(2)} ms a claim (${(cpuPerClaimMs / floorCpuMs).toFixed(2)} x floor)`,
    );
  }
  const { doubleClaims, errors, cpuPerClaimMs, throughput16To1 } = result;
  goal('B', `no claim is granted twice (${doubleClaims})`, doubleClaims === 0);
  goal('B', `no error is seen (${errors})`, errors === 0);
  goal('B', `at most 1 ms CPU a claim (${cpuPerClaimMs.toFixed(2)})`, cpuPerClaimMs <= 1);
  const share = throughput16To1.toFixed(2);
  goal('B', `16 processes claim at least as many as one in the same time (${share})`, throughput16To1 >= 1);
}

function quantile(values, share) {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
}
