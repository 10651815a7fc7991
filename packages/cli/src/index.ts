export {
  type AgentConfig,
  type Config,
  defineConfig,
} from './config.ts';
