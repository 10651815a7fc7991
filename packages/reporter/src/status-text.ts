import { plain } from './phrase.ts';
import type { ReportView } from './report-view.ts';
import { countSections, type Section } from './status-json.ts';
import {
  failedLine,
  landedLine,
  leaseLine,
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
  const sections = [
    section(layout, 'red', 'Needs a person', [
      ...view.providers.filter(({ state }) => state === 'stopped').map(({ phrase }) => plain(phrase)),
      ...view.needsPerson.map(waitingLine),
    ]),
    section(
      layout,
      'cyan',
      'Running',
      view.running.map((task) => runningLine(task, view.now)),
    ),
    section(layout, 'green', 'Ready', view.ready.map(readyLine)),
    section(layout, 'yellow', 'Waiting', [
      ...view.providers.filter(({ state }) => state === 'paused').map(({ phrase }) => plain(phrase)),
      ...view.waiting.map(waitingLine),
    ]),
    section(layout, 'red', 'Failed', view.failed.map(failedLine)),
    section(layout, 'red', 'Broken files', view.broken.map(problemLine)),
    ...(verbose
      ? [
          section(layout, 'dim', 'Planned', view.planned.map(taskLine)),
          section(layout, 'dim', 'Landed', view.landed.map(landedLine)),
          section(layout, 'dim', 'Superseded', view.superseded.map(taskLine)),
        ]
      : []),
    section(
      layout,
      'dim',
      'Runners',
      view.runs.map((run) => runLine(run, view.now)),
    ),
    section(
      layout,
      'dim',
      'Leases',
      view.leases.map((lease) => leaseLine(lease, view.now, verbose)),
    ),
  ];
  return `${[countsLine(view), ...sections.filter((lines) => lines.length > 0)].flat().join('\n')}\n`;
}

interface Layout {
  readonly verbose: boolean;
  readonly width: number;
  readonly color: Painter;
}

/** How many lines of a section are shown unless all are asked for. */
const SHORT = 10;
const INDENT = '  ';

function section(
  { verbose, width, color }: Layout,
  style: Parameters<Painter>[0],
  title: string,
  lines: readonly string[],
): readonly string[] {
  if (lines.length === 0) return [];
  const shown = verbose || lines.length <= SHORT + 1 ? lines : lines.slice(0, SHORT);
  const rest = lines.length - shown.length;
  return [
    '',
    color(style, title),
    ...shown.flatMap((text) => wrap(text, width)),
    ...(rest > 0 ? [color('dim', `${INDENT}and ${rest} more (--verbose)`)] : []),
  ];
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
  const counts = Object.entries(countSections(view)) as [Section, number][];
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
