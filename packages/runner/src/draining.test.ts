import { expect, test } from 'vitest';
import { createDraining } from './draining.ts';

test('a run drains when it is asked to stop, also when it was asked before', () => {
  const asked = new AbortController();
  const { drain } = createDraining(asked.signal);
  expect(drain.aborted).toBe(false);
  asked.abort();
  expect(drain.reason).toBe('it was stopped');
  expect(createDraining(asked.signal).drain.reason).toBe('it was stopped');
});

test('only what a person must put right halts it, and the first reason to drain stays', () => {
  const { drain, requestDrain, halt, isHalted } = createDraining(new AbortController().signal);
  requestDrain('it was asked to stop');
  expect(isHalted()).toBe(false);
  halt('the disk is full');
  expect(isHalted()).toBe(true);
  expect(drain.reason).toBe('it was asked to stop');
});

test('after its end nobody can ask it any more', () => {
  const asked = new AbortController();
  const { drain, end } = createDraining(asked.signal);
  end();
  asked.abort();
  expect(drain.aborted).toBe(false);
});
