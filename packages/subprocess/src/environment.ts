/** What nearly every program needs to find its files, its language and the network. None of it is a secret of its own. */
export const BASE_ENVIRONMENT_NAMES: readonly string[] = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TZ', 'TMPDIR', 'TMP', 'TEMP'],
  ...['LANG', 'LANGUAGE', 'LC_ALL', 'LC_COLLATE', 'LC_CTYPE', 'LC_MESSAGES', 'LC_MONETARY', 'LC_NUMERIC', 'LC_TIME'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'],
  ...['XDG_CONFIG_DIRS', 'XDG_DATA_DIRS'],
  // Windows.
  ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'OS', 'NUMBER_OF_PROCESSORS'],
  ...['PROCESSOR_ARCHITECTURE', 'USERNAME', 'USERDOMAIN', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA'],
  ...['LOCALAPPDATA', 'ProgramData', 'ALLUSERSPROFILE', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432'],
  ...['CommonProgramFiles', 'CommonProgramFiles(x86)', 'PUBLIC'],
];

export interface EnvironmentAllowance {
  readonly names: readonly string[];
  /** Every name that starts with one of these. */
  readonly prefixes?: readonly string[];
}

/** The part of `source` that is allowed. On Windows the case of names does not matter. */
export function allowedEnvironment(
  source: Readonly<Record<string, string | undefined>>,
  { names, prefixes = [] }: EnvironmentAllowance,
): Record<string, string> {
  const fold = process.platform === 'win32' ? (name: string) => name.toUpperCase() : (name: string) => name;
  const exact = new Set(names.map(fold));
  const starts = prefixes.map(fold);
  const isAllowed = (name: string) => exact.has(name) || starts.some((start) => name.startsWith(start));
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) =>
      value !== undefined && isAllowed(fold(name)) ? [[name, value] as const] : [],
    ),
  );
}
