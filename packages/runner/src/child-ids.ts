import { createHash } from 'node:crypto';
import { type InquiryId, newTaskId, type TaskId } from '@backlog-runner/contracts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 4;

/**
 * The ids of the tasks of one plan. The same each time they are asked for: what a person was shown is what is applied,
 * and doing it again does nothing twice.
 */
export function childIds(plan: InquiryId): (title: string, key: string) => TaskId {
  return (title, key) => {
    const digest = createHash('sha256')
      .update(JSON.stringify([plan, key]))
      .digest();
    const token = Array.from(digest.subarray(0, LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
    return newTaskId(title, token);
  };
}
