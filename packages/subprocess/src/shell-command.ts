/** A command line for the shell of this system: never a login shell, so no profile changes what it does. */
export function shellCommand(command: string): { readonly command: string; readonly args: readonly string[] } {
  // With /s, cmd.exe removes exactly the outer quotes and leaves the line as it is.
  if (process.platform === 'win32') return { command: 'cmd.exe', args: ['/d', '/s', '/c', `"${command}"`] };
  return { command: '/bin/sh', args: ['-c', command] };
}
