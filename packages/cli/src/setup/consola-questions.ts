import { createConsola } from 'consola';
import type { Questions } from './walk.ts';

/** Asks on the terminal. */
export function consolaQuestions(): Questions {
  const consola = createConsola();
  return {
    async confirm(text) {
      const answer = await consola.prompt(text, { type: 'confirm', initial: true, cancel: 'null' });
      return answer ?? undefined;
    },
    async choose(text, options) {
      const initial = options.map(({ value }) => value);
      const answer = await consola.prompt(text, {
        type: 'multiselect',
        options: [...options],
        initial,
        required: false,
        cancel: 'null',
      });
      // The type says options, the values are what comes.
      return answer === null ? undefined : answer.map((chosen) => (typeof chosen === 'string' ? chosen : chosen.value));
    },
  };
}
