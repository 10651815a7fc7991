import { defineConfig } from 'tsup';
import { preset } from '../../tools/tsup-preset.ts';

export default defineConfig(
  preset({
    index: 'src/index.ts',
    conformance: 'src/conformance/index.ts',
    'fake-agent': 'src/fake-agent.js',
    'model-server': 'src/model-server/index.ts',
  }),
);
