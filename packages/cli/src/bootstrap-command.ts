/** The command line that installs and, when that fails, repairs and installs again. For `sh` and `cmd.exe` alike. */
export function bootstrapCommand(install: string | undefined, repair: string | undefined): string | undefined {
  if (install === undefined || repair === undefined) return install;
  return `(${install}) || ( (${repair}) && (${install}) )`;
}
