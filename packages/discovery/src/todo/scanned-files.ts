import { isWithin } from '@backlog-runner/contracts';
import { isInScope, type Scope } from '../relevant-work.ts';
import { syntaxOf } from './comment-syntax.ts';

const FOREIGN = new Set(
  'node_modules vendor vendors third_party third-party external deps dist build out target coverage generated __generated__ __snapshots__ fixtures testdata'.split(
    ' ',
  ),
);
const GENERATED_NAME =
  /\.min\.(js|css)$|\.(pb|pb\.gw|gen|generated|g|freezed|designer)\.\w+$|_pb2?\.\w+$|\.snap$|[.-]lock\b/i;
/** The backlog itself and what its agents are told. */
const OWN = ['backlog', 'backlog.md', 'scripts/backlog'];

/** Whether comments of this file are the project's own and lie where one looks. */
export function isScanned(path: string, scope: Scope): boolean {
  return (
    syntaxOf(path) !== undefined &&
    !path.split('/').some((part) => FOREIGN.has(part.toLowerCase())) &&
    !GENERATED_NAME.test(path) &&
    !OWN.some((own) => isWithin(path, own)) &&
    isInScope(path, scope)
  );
}
