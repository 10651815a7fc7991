import { markIn } from './mark.ts';
import type { ProcessFacts } from './process-table.ts';

/** Kernel threads have this flag, see `PF_KTHREAD`. */
const KERNEL_THREAD = 0x00200000;

/** Reads `/proc/<pid>/stat`. Undefined when it is not what proc(5) says. */
export function parseProcStat(text: string): (Omit<ProcessFacts, 'mark'> & { readonly kernel: boolean }) | undefined {
  // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const flags = fields[6];
  const born = fields[19];
  if (!Number.isInteger(pid) || state === undefined || flags === undefined || born === undefined) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    born,
    dead: state === 'Z' || state === 'X',
    kernel: (Number(flags) & KERNEL_THREAD) !== 0,
  };
}

/** Reads lines of `ps -o pid= -o ppid= -o pgid= -o stat= -o lstart= -o command=`, the last with the environment after it. */
export function parsePs(text: string): ProcessFacts[] {
  const line = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s?(.*)$/;
  return text.split('\n').flatMap((row) => {
    const [, pid, parent, group, state = '', born = '', command = ''] = line.exec(row) ?? [];
    if (pid === undefined) return [];
    const mark = markIn(command.split(/\s+/));
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), born, dead: state.startsWith('Z'), mark },
    ];
  });
}
