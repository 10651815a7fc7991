import { plain } from './phrase.ts';
import { MOST_IN_SHORT } from './project.ts';
import type { ProviderLine, ReportView, Section, WaitingTask } from './report-view.ts';
import {
  failedLine,
  landedLine,
  leaseLine,
  lookLine,
  passLine,
  plannedLine,
  problemLine,
  readyLine,
  runLine,
  runningLine,
  taskLine,
  waitingLine,
} from './status-lines.ts';

/** Colours a text. Meaning never hangs on it. */
export type Painter = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string;

export interface StatusOptions {
  /** Every task and every lease; otherwise long lists are cut. Default false. */
  readonly verbose?: boolean;
  /** Columns to fill; longer lines are broken between words. Default: no line is broken. */
  readonly width?: number;
  /** Default: no colour. */
  readonly color?: Painter;
}

/** What `status` prints, for people. Ends with a line feed. */
export function statusText(view: ReportView, options: StatusOptions = {}): string {
  const { verbose = false, width = Number.POSITIVE_INFINITY, color = (_style, text) => text } = options;
  const layout: Layout = { verbose, width, color };
  const { now, counts } = view;
  const inState = (state: ProviderLine['state']) => view.providers.filter((provider) => provider.state === state);
  const [stopped, paused] = [inState('stopped'), inState('paused')];
  const sections = [
    section(
      layout,
      'red',
      'Needs a person',
      [...stopped, ...view.needsPerson],
      waitLine,
      stopped.length + counts.needsPerson,
    ),
    section(layout, 'cyan', 'Running', view.running, (task) => runningLine(task, now), counts.running),
    section(layout, 'cyan', 'Looking', view.looks, (look) => lookLine(look, now)),
    section(layout, 'green', 'Ready', view.ready, readyLine, counts.ready),
    section(layout, 'yellow', 'Waiting', [...paused, ...view.waiting], waitLine, paused.length + counts.waiting),
    section(layout, 'red', 'Failed', view.failed, failedLine, counts.failed),
    section(layout, 'red', 'Broken files', view.broken, problemLine, counts.broken),
    ...(verbose
      ? [
          section(layout, 'dim', 'Planned', view.planned, plannedLine, counts.planned),
          section(layout, 'dim', 'Landed', view.landed, landedLine, counts.landed),
          section(layout, 'dim', 'Superseded', view.superseded, taskLine, counts.superseded),
        ]
      : []),
    ...(verbose ? [section(layout, 'dim', 'Passes', view.passes, passLine)] : []),
    section(layout, 'dim', 'Runners', view.runs, (run) => runLine(run, now)),
    section(layout, 'dim', 'Leases', view.leases, (lease) => leaseLine(lease, now, verbose)),
  ];
  return `${[countsLine(view), ...sections.filter((lines) => lines.length > 0)].flat().join('\n')}\n`;
}

interface Layout {
  readonly verbose: boolean;
  readonly width: number;
  readonly color: Painter;
}

const INDENT = '  ';

/** Makes the lines of what is shown only, however much there is. */
function section<T>(
  { verbose, width, color }: Layout,
  style: Parameters<Painter>[0],
  title: string,
  all: readonly T[],
  line: (item: T) => string,
  count: number = all.length,
): readonly string[] {
  if (all.length === 0) return [];
  const shown = verbose || count <= MOST_IN_SHORT ? all : all.slice(0, MOST_IN_SHORT - 1);
  const rest = count - shown.length;
  return [
    '',
    color(style, title),
    ...shown.flatMap((item) => wrap(line(item), width)),
    ...(rest > 0 ? [color('dim', `${INDENT}and ${rest} more (--verbose)`)] : []),
  ];
}

function waitLine(row: ProviderLine | WaitingTask): string {
  return 'reasons' in row ? waitingLine(row) : plain(row.phrase);
}

const WORDS: Readonly<Record<Section, string>> = {
  needsPerson: 'needs a person',
  running: 'running',
  ready: 'ready',
  waiting: 'waiting',
  failed: 'failed',
  planned: 'planned',
  landed: 'landed',
  superseded: 'superseded',
  broken: 'broken',
};

function countsLine(view: ReportView): string {
  const counts = Object.entries(view.counts) as [Section, number][];
  const shown = counts.filter(([, count]) => count > 0).map(([key, count]) => `${count} ${WORDS[key]}`);
  return shown.length === 0 ? 'There are no tasks.' : shown.join(', ');
}

/** Breaks a line between words, with what follows indented further. A longer word has a line of its own. */
export function wrap(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S) (?=\S)/)) {
    const longer = current === '' ? `${INDENT}${word}` : `${current} ${word}`;
    if (current === '' || Array.from(longer).length <= width) {
      current = longer;
      continue;
    }
    lines.push(current);
    current = `${INDENT}${INDENT}${word}`;
  }
  return [...lines, current];
}
