import type { SessionId, System } from '@backlog-runner/contracts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const SESSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A session id of our own choice (UUID version 4), so that it is known before claude says anything. */
export function newSessionId(system: System): SessionId {
  const bits = Array.from(system.token(26), (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const hex = BigInt(`0b${bits}`).toString(16).padStart(33, '0').slice(-32);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return `${groups.join('-')}-${hex.slice(20)}` as SessionId;
}

/** Whether claude could have such a session. Anything else might be read as a flag. */
export function isSessionId(session: string): boolean {
  return SESSION.test(session);
}
