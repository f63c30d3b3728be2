import { defineConfig } from 'vitest/config';

/** The quick tests that stryker.config.mjs runs: a rule needs an example that shows it, not only a long simulation. */
export default defineConfig({ test: { include: ['tests/unit/**/*.test.ts'] } });
