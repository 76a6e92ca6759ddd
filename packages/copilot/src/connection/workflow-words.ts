import type { Caller, MethodDescriptor } from "@stubwright/rpc";

// From 1.0.102 on, servers call factories workflows: methods, members and codes have other names,
// and all else is the same. The app goes on to speak of factories.

const METHODS = "session.factory.";
const THEIRS = "session.workflow.";

/** Makes a caller that says workflow where a server wants to hear it. */
export function sayWorkflow(caller: Caller): Caller {
  return {
    ...(caller.checker && { checker: caller.checker }),
    notify: (method, params) => caller.notify(method, params),
    request: (method, params, options, decode) => {
      if (method === "session.resume") {
        return caller.request(method, renamed(params, RESUME), options, decode);
      }
      if (!method.startsWith(METHODS)) return caller.request(method, params, options, decode);
      const theirs = `${THEIRS}${method.slice(METHODS.length)}`;
      const read = (result: unknown) => (decode ? decode(hearFactory(result)) : result) as never;
      return caller.request(theirs, renamed(params, PARAMS), options, read);
    },
  };
}

/** A request of a server, by the name that newer ones have for it. */
export function toWorkflowMethod(descriptor: MethodDescriptor): MethodDescriptor {
  return { ...descriptor, method: descriptor.method.replace("factory.", "workflow.") };
}

const RESUME = { factories: "workflows" };
const PARAMS = { factoryRunId: "workflowRunId" };
const RESULTS = { workflowName: "factoryName" };
/** Members in which there are names of theirs. */
const INSIDE = ["run", "runs", "terminal", "failure"];

/** Says what a server tells of workflows in the words of factories. */
export function hearFactory(told: unknown): unknown {
  if (Array.isArray(told)) return told.map(hearFactory);
  if (typeof told !== "object" || told === null) return told;
  const heard = renamed(told, RESULTS) as Record<string, unknown>;
  for (const name of INSIDE) if (name in heard) heard[name] = hearFactory(heard[name]);
  if (typeof heard.type === "string") heard.type = heard.type.replace(/^workflow_/, "factory_");
  return heard;
}

function renamed(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names[name] ?? name, member]),
  );
}

/** Says an event about a workflow in the words of factories, in place. */
export function hearFactoryEvent(event: unknown): void {
  const told = event as { type?: unknown; data?: unknown } | null | undefined;
  if (typeof told?.type !== "string" || !told.type.startsWith("workflow.run_")) return;
  told.type = told.type.replace("workflow.", "factory.");
  told.data = hearFactory(told.data);
}
