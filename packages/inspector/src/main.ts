#!/usr/bin/env node
import { runInspector } from "./cli/run.js";

process.exitCode = await runInspector(process.argv.slice(2));
