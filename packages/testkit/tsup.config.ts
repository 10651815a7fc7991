import { defineConfig } from 'tsup';
import { preset } from '../../tools/tsup-preset.ts';

export default defineConfig(preset({ index: 'src/index.ts', 'model-server': 'src/model-server/index.ts' }));
