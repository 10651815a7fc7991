import { stripVTControlCharacters } from 'node:util';
import type { Redact } from '@backlog-runner/contracts';

/** About 3000 tokens: enough to see what failed, little enough to hand to an agent. */
const MOST_CHARACTERS = 12_000;
const MOST_LINE_CHARACTERS = 300;
const LEFT_OUT = '[earlier output left out]\n';
/** Every control character but tab and line feed. */
const CONTROL = /[^\P{Cc}\t\n]/gu;

/** What a command printed, as text that people and agents can be shown. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  /** More was printed than is given here. */
  readonly truncated: boolean;
}

/** The end of both outputs, without colours, progress lines, control characters and secrets, bounded. */
export function endOfOutput({ stdout, stderr, truncated }: Printed, redact: Redact): string {
  // Redacted before it is cut: half a secret would not be recognised.
  const texts = [stdout, stderr].map((text) => redact(plainText(text)).trimEnd()).filter((text) => text !== '');
  return texts.map((text) => tail(text, Math.floor(MOST_CHARACTERS / texts.length), truncated)).join('\n');
}

/** The last line that says something, standard error first. */
export function lastLine({ stdout, stderr }: Printed, redact: Redact): string {
  const texts = [stderr, stdout].map((text) => redact(plainText(text)).trim());
  return (
    texts
      .find((text) => text !== '')
      ?.split('\n')
      .at(-1)
      ?.slice(0, MOST_LINE_CHARACTERS) ?? ''
  );
}

function plainText(text: string): string {
  const withoutProgress = stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replace(/[^\n]*\r/g, '');
  return withoutProgress.replace(CONTROL, '');
}

function tail(text: string, most: number, truncated: boolean): string {
  if (text.length <= most) return truncated ? LEFT_OUT + text : text;
  const end = text.slice(-most);
  const firstWholeLine = end.indexOf('\n') + 1;
  return LEFT_OUT + end.slice(firstWholeLine);
}
