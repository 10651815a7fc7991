import { type FSWatcher, lstatSync, watch } from 'node:fs';
import type { Cancel, System } from '@backlog-runner/contracts';

/** What a change of a name in a directory is about. */
export type Matter = 'nothing' | 'a file' | 'a directory';
/** Directories to watch, absolute. */
export type Places = ReadonlyMap<string, (name: string) => Matter>;

export interface WatchOptions {
  /** Asked again whenever a directory may have come or gone. */
  readonly places: () => Places;
  readonly onChange: () => void;
  readonly system: System;
}

const SETTLE_MS = 50;

/**
 * Calls back soon after something changed. Watches each directory by itself: watching whole trees costs a watch for
 * each file on some systems. A directory that cannot be watched is not, without a word: watching only saves waiting.
 */
export function watchPlaces({ places, onChange, system }: WatchOptions): Cancel {
  const watched = new Map<string, { readonly ino: number; readonly watcher: FSWatcher }>();
  let cancelled = false;
  let cancelTimer: Cancel | undefined;
  let isFollowed = true;

  const forget = (place: string) => {
    watched.get(place)?.watcher.close();
    watched.delete(place);
  };
  const changed = (matter: Matter) => {
    if (cancelled || matter === 'nothing') return;
    if (matter === 'a directory') isFollowed = false;
    cancelTimer ??= system.after(SETTLE_MS, () => {
      cancelTimer = undefined;
      if (!isFollowed) follow();
      onChange();
    });
  };
  const follow = () => {
    isFollowed = true;
    const wanted = places();
    for (const [place, { ino }] of watched) if (!wanted.has(place) || inodeOf(place) !== ino) forget(place);
    for (const [place, matterOf] of wanted) {
      const ino = inodeOf(place);
      if (ino === undefined || watched.has(place)) continue;
      const watcher = tryWatch(place, (name) => changed(name === null ? 'a directory' : matterOf(name)));
      if (!watcher) continue;
      watched.set(place, { ino, watcher });
      watcher.on('error', () => forget(place));
    }
  };

  follow();
  return () => {
    cancelled = true;
    cancelTimer?.();
    for (const place of [...watched.keys()]) forget(place);
  };
}

function tryWatch(place: string, onEvent: (name: string | null) => void): FSWatcher | undefined {
  try {
    return watch(place, { persistent: false }, (_, name) => onEvent(name));
  } catch {
    return undefined;
  }
}

function inodeOf(place: string): number | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
