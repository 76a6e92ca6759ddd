import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Not "import": what is required would be loaded as an ES module, too.
const conditions = ["@stubwright/source", "node", "module-sync"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/.cache/**"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    pool: "forks",
    // Most tests wait for processes and timers: three at a time take half as long, on two cores, too.
    // In CI, which may run beside others, two leave more room to the limits of time.
    maxWorkers: Math.max(process.env.CI ? 2 : 3, availableParallelism() - 1),
  },
});
