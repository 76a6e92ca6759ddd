import { useState } from "preact/hooks";
import type { Ask, Rule } from "../../../src/protocol.js";
import { JsonEditor } from "../form/json-editor.js";
import { FormModel } from "../form/model.js";
import { store, useStore } from "../store.js";

/** What the server asks: to be answered by hand, or by a rule. */
export function Asks() {
  const { asks, rules } = useStore();
  const named = Object.entries(rules);
  return (
    <section class="main scroll" aria-label="Asks">
      {asks.length === 0 && <p class="empty">The server asks nothing now.</p>}
      {asks.map((ask) => (
        <AskCard key={ask.askId} ask={ask} />
      ))}
      {named.length > 0 && (
        <>
          <h2>Rules</h2>
          <ul class="rules">
            {named.map(([method, rule]) => (
              <li key={method}>
                <code>{method}</code> is {rule === "always" ? "always answered" : "always refused"}{" "}
                <button
                  type="button"
                  onClick={() => {
                    void store.rpc.request("inspector.forget", { method });
                    store.rules = Object.fromEntries(named.filter(([name]) => name !== method));
                    store.changed();
                  }}
                >
                  Forget
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** One question. */
export function AskCard({ ask }: { ask: Ask }) {
  const { askId, method, params, schema, choices, session } = ask;
  const [value, setValue] = useState<unknown>(() =>
    schema === null ? {} : new FormModel(schema).initial(schema),
  );
  const [isInvalid, setInvalid] = useState(false);
  const [byHand, setByHand] = useState(choices.length === 0);
  const answer = (given: { result?: unknown; refusal?: string }, rule: Rule = "once") =>
    void store.rpc.request("inspector.answer", { askId, ...given, rule });
  return (
    <article class="card ask" aria-label={method}>
      <h3>{method}</h3>
      {session && <p class="hint">session {session}</p>}
      <div class="actions">
        {choices.map(({ label, result }, index) => (
          <button
            type="button"
            class={index === 0 ? "primary" : ""}
            key={label}
            onClick={() => answer({ result })}
          >
            {label}
          </button>
        ))}
        {choices[0] && (
          <button type="button" onClick={() => answer({ result: choices[0]?.result }, "always")}>
            Always: {choices[0].label}
          </button>
        )}
        <button type="button" onClick={() => answer({ refusal: "Refused by hand." })}>
          Refuse
        </button>
        <button type="button" onClick={() => answer({ refusal: "Refused by a rule." }, "never")}>
          Never
        </button>
        {!byHand && (
          <button type="button" class="quiet" onClick={() => setByHand(true)}>
            Write the answer
          </button>
        )}
      </div>
      <pre class="asked">{JSON.stringify(params, null, 2)}</pre>
      {byHand && (
        <>
          <JsonEditor label="answer" value={value} onChange={setValue} onInvalid={setInvalid} />
          <div class="actions">
            <button type="button" disabled={isInvalid} onClick={() => answer({ result: value })}>
              Answer
            </button>
            <button
              type="button"
              disabled={isInvalid}
              onClick={() => answer({ result: value }, "always")}
            >
              Always answer so
            </button>
          </div>
        </>
      )}
    </article>
  );
}
