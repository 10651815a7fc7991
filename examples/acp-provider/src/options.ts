import { type System, system } from '@backlog-runner/contracts';

export interface AcpOptions {
  /** The agent's program: a name on the `PATH` or an absolute path. */
  readonly command: string;
  /** What makes it speak the protocol on its standard streams, such as `['--acp']`. */
  readonly args?: readonly string[];
  /** Added to the allowlisted environment of the agent: the place for its keys. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The agent's own name of the mode for work that changes files, such as `code`. Absent: the agent's default. */
  readonly mode?: string;
  /** The same for work that only reads, such as `plan`. */
  readonly readOnlyMode?: string;
  /** Unique among the providers of a config. Default `acp`. */
  readonly id?: string;
  readonly system?: System;
}

/** The options with nothing left open. */
export interface Setup {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly mode: string | undefined;
  readonly readOnlyMode: string | undefined;
  readonly system: System;
}

export function setupOf({ command, args = [], env = {}, mode, readOnlyMode, ...rest }: AcpOptions): Setup {
  const environment = withoutAbsent({ ...allowed(process.env), ...env });
  return { command, args, environment, mode, readOnlyMode, system: rest.system ?? system };
}

/** What programs need to find their files, their language and the network. Keys are not among it. */
const ALLOWED = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TZ', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TMPDIR', 'TMP', 'TEMP'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'NODE_EXTRA_CA_CERTS'],
  ...['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
]);

const allowed = (source: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(source).filter(([name]) => ALLOWED.has(foldedName(name))));

/** On Windows the case of a name does not matter. */
const foldedName = (name: string) => (process.platform === 'win32' ? name.toUpperCase() : name);

const withoutAbsent = (source: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(source).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
