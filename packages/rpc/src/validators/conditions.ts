import { type Check, type Compile, refuse } from "./check.js";
import type { SchemaObject } from "./json-schema.js";

/** The checks of `not` and `if`. */
export function conditionChecks(schema: SchemaObject, compile: Compile, opened: boolean): Check[] {
  const checks: Check[] = [];
  if (schema.not !== undefined) {
    // Not opened: that would refuse more and not less.
    const not = compile(schema.not, ["not"], "strict");
    checks.push((value, findings) => {
      return (
        !not(value) || refuse(findings, "a value that its schema does not rule out", "summary")
      );
    });
  }
  if (schema.if !== undefined) checks.push(ifCheck(schema, compile, opened));
  return checks;
}

/**
 * `if`, `then` and `else`. In the open form a value that meets the condition only when that is
 * opened may go either way.
 */
function ifCheck(schema: SchemaObject, compile: Compile, opened: boolean): Check {
  const test = compile(schema.if, ["if"], "strict");
  const yes = schema.then === undefined ? accept : compile(schema.then, ["then"]);
  const no = schema.else === undefined ? accept : compile(schema.else, ["else"]);
  if (!opened) {
    return (value, findings) => (test(value) ? yes(value, findings) : no(value, findings));
  }
  const openTest = compile(schema.if, ["if"]);
  return (value, findings) => {
    if (test(value)) return yes(value, findings);
    return (openTest(value) && yes(value)) || no(value, findings);
  };
}

const accept: Check = () => true;
