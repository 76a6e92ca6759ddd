// One turn of the agent on the real Copilot runtime, with a scripted model in place of a real one.
import { CopilotError } from "@stubwright/copilot";
import { onStderr } from "./demo/colors.js";
import { Report } from "./demo/report.js";
import { runScenario } from "./demo/scenario.js";

try {
  const report = new Report();
  const result = await runScenario(report);
  report.summary(result);
  const sound = result.toolCalls.length > 0 && result.validation.mismatches === 0;
  process.exitCode = sound && result.stopErrors.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof CopilotError)) throw error;
  console.error(`${onStderr.red("error")} ${error.message} ${onStderr.dim(`(${error.code})`)}`);
  process.exitCode = 1;
}
