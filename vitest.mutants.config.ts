import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

/** The configuration of `pnpm mutants`: of all tests, only those that it was told. */
const include = (process.env.MUTANTS_TESTS ?? "").split(",").map((path) => {
  return path.endsWith(".test.ts") ? path : `${path}/**/*.test.ts`;
});

export default defineConfig({ ...base, test: { ...base.test, include } });
