import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CallOutcome, MethodInfo, Mismatch, Schema } from "../../../src/protocol.js";
import { Field } from "../form/field.js";
import { JsonEditor } from "../form/json-editor.js";
import { FormModel } from "../form/model.js";
import { store, useStore } from "../store.js";

/** The methods of the protocol: a list with search, and the form of the chosen one. */
export function Methods() {
  const { target } = useStore();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string>();
  const methods = target?.methods.filter(({ handler }) => handler !== "client") ?? [];
  const found = methods.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const groups = new Map<string, MethodInfo[]>();
  for (const method of found) {
    const space = /^[^./]+(?=[./])/.exec(method.name)?.[0] ?? "";
    groups.set(space, [...(groups.get(space) ?? []), method]);
  }
  const method = methods.find(({ name }) => name === chosen);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const list = [...document.querySelectorAll<HTMLElement>("#methods button")];
    const at = list.indexOf(document.activeElement as HTMLElement);
    list[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    event.preventDefault();
  };
  return (
    <div class="split">
      <section class="side" aria-label="Methods">
        <input
          type="search"
          placeholder={`Search ${methods.length} methods`}
          aria-label="Search methods"
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it moves the focus between buttons. */}
        <div id="methods" class="scroll" onKeyDown={onKey}>
          {[...groups].map(([space, list]) => (
            <details
              key={space}
              open={search !== "" || groups.size < 12 || list.some(({ name }) => name === chosen)}
            >
              <summary>
                {space || "general"} <span class="hint">{list.length}</span>
              </summary>
              {list.map(({ name, kind }) => (
                <button
                  type="button"
                  key={name}
                  class={name === chosen ? "item chosen" : "item"}
                  aria-current={name === chosen}
                  onClick={() => setChosen(name)}
                >
                  {name}
                  {kind === "notification" && <span class="hint"> notification</span>}
                </button>
              ))}
            </details>
          ))}
          {found.length === 0 && <p class="hint">No method matches.</p>}
        </div>
      </section>
      {method ? (
        <Method key={method.name} method={method} />
      ) : (
        <section class="empty">
          <p>Choose a method to see its schema, fill in its form and call it.</p>
        </section>
      )}
    </div>
  );
}

interface Described {
  readonly params: Schema | null;
  readonly result: Schema | null;
  readonly snippet: string;
}

function Method({ method }: { method: MethodInfo }) {
  const [described, setDescribed] = useState<Described>();
  const [failure, setFailure] = useState("");
  useEffect(() => {
    let gone = false;
    store.rpc.request("inspector.schema", { method: method.name }).then(
      (answer) => gone || setDescribed(answer),
      (error: Error) => gone || setFailure(error.message),
    );
    return () => {
      gone = true;
    };
  }, [method.name]);
  return (
    <section class="main scroll" aria-label={method.name}>
      <h2>{method.name}</h2>
      <p class="hint">
        {method.kind} of the group {method.group}
        {method.scope && `, named by ${method.scope}`}
        {method.stability && <span class="badge">{method.stability}</span>}
      </p>
      {method.doc && <p class="doc">{method.doc}</p>}
      {failure && (
        <p class="problem" role="alert">
          {failure}
        </p>
      )}
      {described && <Call method={method} described={described} />}
    </section>
  );
}

function Call({ method, described }: { method: MethodInfo; described: Described }) {
  const model = useMemo(() => new FormModel(described.params ?? {}), [described]);
  const [value, setValue] = useState<unknown>(() =>
    described.params === null ? {} : model.initial(model.root),
  );
  const [isInvalid, setInvalid] = useState(false);
  const [problems, setProblems] = useState<readonly Mismatch[]>([]);
  const [deadline, setDeadline] = useState("");
  const [outcome, setOutcome] = useState<CallOutcome>();
  const running = useRef<string | undefined>(undefined);
  const [isRunning, setRunning] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => {
      void store.rpc.request("inspector.check", { method: method.name, params: value }).then(
        ({ mismatches }) => setProblems(mismatches),
        () => {},
      );
    }, 150);
    return () => clearTimeout(timer);
  }, [value, method.name]);

  const call = async () => {
    if (isInvalid || isRunning) return;
    const callId = crypto.randomUUID();
    running.current = callId;
    setRunning(true);
    setOutcome(undefined);
    const deadlineMs = Number(deadline) * 1_000;
    try {
      const params = described.params === null ? undefined : value;
      const ask = { callId, method: method.name, params, ...(deadlineMs > 0 && { deadlineMs }) };
      setOutcome(await store.rpc.request("inspector.call", ask));
    } catch (error) {
      const { message } = error as Error;
      setOutcome({ ok: false, error: { code: "NO_CONNECTION", message }, ms: 0 });
    } finally {
      setRunning(false);
    }
  };
  const byPointer = new Map(problems.map(({ pointer, message }) => [pointer, message]));
  const snippet = described.snippet.replace("PARAMS", () => JSON.stringify(value, null, 2));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button below.
    <div
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void call();
      }}
    >
      {described.params !== null && (
        <div class="form">
          <div>
            <Field
              model={model}
              schema={model.root}
              name="params"
              value={value}
              onChange={setValue}
              problems={byPointer}
              pointer=""
            />
          </div>
          <div>
            <JsonEditor label="params" value={value} onChange={setValue} onInvalid={setInvalid} />
          </div>
        </div>
      )}
      {problems.length > 0 && (
        <ul class="problems" aria-label="Mismatches of the params">
          {problems.map(({ pointer, message }) => (
            <li key={pointer + message}>
              <code>{pointer || "/"}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={isInvalid || isRunning}
          onClick={() => void call()}
        >
          {method.kind === "request" ? "Call" : "Send"}
        </button>
        {isRunning && (
          <button
            type="button"
            onClick={() =>
              void store.rpc.request("inspector.cancel", { callId: running.current ?? "" })
            }
          >
            Cancel
          </button>
        )}
        <label class="inline">
          Deadline
          <input
            type="number"
            min="0"
            placeholder="none"
            value={deadline}
            onInput={({ currentTarget }) => setDeadline(currentTarget.value)}
          />
          s
        </label>
      </div>
      {outcome && <Outcome outcome={outcome} />}
      <details>
        <summary>TypeScript</summary>
        <Copyable text={snippet} />
      </details>
      <details>
        <summary>Schema</summary>
        <h3>params</h3>
        <pre>{JSON.stringify(described.params, null, 2)}</pre>
        <h3>result</h3>
        <pre>{JSON.stringify(described.result, null, 2)}</pre>
      </details>
    </div>
  );
}

function Outcome({ outcome }: { outcome: CallOutcome }) {
  if (!outcome.ok) {
    const { code, message } = outcome.error;
    return (
      <div class="outcome failed" role="status">
        <strong>{code}</strong> {message} <span class="hint">{outcome.ms} ms</span>
      </div>
    );
  }
  const { result, mismatches, ms } = outcome;
  return (
    <div class="outcome" role="status">
      <p>
        Result <span class="hint">{ms} ms</span>
      </p>
      {mismatches.map(({ pointer, message }) => (
        <p class="problem" key={pointer}>
          <code>{pointer || "/"}</code> {message}
        </p>
      ))}
      <Marked value={result} mismatches={mismatches} />
    </div>
  );
}

/** A value as JSON, with its mismatches marked at their place. */
function Marked({ value, mismatches }: { value: unknown; mismatches: readonly Mismatch[] }) {
  const marked = new Map(mismatches.map(({ pointer, message }) => [pointer, message]));
  const lines: { text: string; message: string | undefined }[] = [];
  const write = (
    inner: unknown,
    pointer: string,
    indent: string,
    before: string,
    after: string,
  ) => {
    const message = marked.get(pointer);
    const entries =
      typeof inner === "object" && inner !== null ? Object.entries(inner as object) : undefined;
    if (!entries || entries.length === 0) {
      lines.push({ text: `${indent}${before}${JSON.stringify(inner)}${after}`, message });
      return;
    }
    const [open, close] = Array.isArray(inner) ? ["[", "]"] : ["{", "}"];
    lines.push({ text: `${indent}${before}${open}`, message });
    entries.forEach(([key, each], index) => {
      const name = Array.isArray(inner) ? "" : `${JSON.stringify(key)}: `;
      const end = index < entries.length - 1 ? "," : "";
      const step = key.replaceAll("~", "~0").replaceAll("/", "~1");
      write(each, `${pointer}/${step}`, `${indent}  `, name, end);
    });
    lines.push({ text: `${indent}${close}${after}`, message: undefined });
  };
  write(value ?? null, "", "", "", "");
  return (
    <pre>
      {lines.map(({ text, message }, index) => (
        <span key={index} class={message ? "line wrong" : "line"} title={message}>
          {text}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}

/** A text with a button that copies it. */
export function Copyable({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <div class="copyable">
      <pre>{text}</pre>
      <button type="button" onClick={() => void copy()}>
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
