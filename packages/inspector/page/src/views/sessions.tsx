import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatItem } from "../../../src/protocol.js";
import { JsonEditor } from "../form/json-editor.js";
import { store, useStore } from "../store.js";
import { AskCard } from "./asks.js";
import { type Turn, toTurns } from "./turns.js";

/** Sessions: made or resumed here, with their turns as they come. */
export function Sessions() {
  const { target, chats } = useStore();
  const [settings, setSettings] = useState<unknown>(target?.sessionDefaults ?? {});
  const [isInvalid, setInvalid] = useState(false);
  const [resumed, setResumed] = useState("");
  const [chosen, setChosen] = useState<string>();
  const [failure, setFailure] = useState("");
  const open = async (make: () => Promise<{ session: string }>) => {
    setFailure("");
    try {
      const { session } = await make();
      if (!store.chats.has(session)) store.chats.set(session, []);
      setChosen(session);
    } catch (error) {
      setFailure((error as Error).message);
    }
  };
  const given = settings as object;
  const ids = [...chats.keys()];
  const session = chosen ?? ids[0];
  return (
    <div class="split">
      <section class="side scroll" aria-label="Sessions">
        <h2>New session</h2>
        <JsonEditor
          label="settings"
          value={settings}
          onChange={setSettings}
          onInvalid={setInvalid}
        />
        <div class="actions">
          <button
            type="button"
            class="primary"
            disabled={isInvalid}
            onClick={() =>
              void open(() => store.rpc.request("inspector.session", { settings: given }))
            }
          >
            Create
          </button>
        </div>
        <div class="row">
          <input
            type="text"
            placeholder="id of a session"
            aria-label="Id of a session"
            value={resumed}
            onInput={({ currentTarget }) => setResumed(currentTarget.value)}
          />
          <button
            type="button"
            disabled={isInvalid || resumed === ""}
            onClick={() =>
              void open(() =>
                store.rpc.request("inspector.resume", { session: resumed, settings: given }),
              )
            }
          >
            Resume
          </button>
        </div>
        {failure && (
          <p class="problem" role="alert">
            {failure}
          </p>
        )}
        {ids.map((id) => (
          <button
            type="button"
            key={id}
            class={id === session ? "item chosen" : "item"}
            aria-current={id === session}
            onClick={() => setChosen(id)}
          >
            {id}
          </button>
        ))}
      </section>
      {session ? (
        <Chat key={session} session={session} items={chats.get(session) ?? []} />
      ) : (
        <section class="empty">
          <p>Create a session, or resume one, to send messages to it.</p>
        </section>
      )}
    </div>
  );
}

function Chat({ session, items }: { session: string; items: readonly ChatItem[] }) {
  const { asks } = useStore();
  const [text, setText] = useState("");
  const [failure, setFailure] = useState("");
  const end = useRef<HTMLDivElement>(null);
  const turns = toTurns(items);
  const count = items.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: "end" });
  }, [count]);
  const send = async () => {
    if (text.trim() === "") return;
    const sent = text;
    setText("");
    setFailure("");
    try {
      await store.rpc.request("inspector.send", { session, text: sent });
    } catch (error) {
      setFailure((error as Error).message);
    }
  };
  return (
    <section class="main chat" aria-label={`Session ${session}`}>
      <div class="scroll turns">
        {turns.map((turn, index) => (
          <TurnView key={index} turn={turn} />
        ))}
        {asks
          .filter((ask) => ask.session === session)
          .map((ask) => (
            <AskCard key={ask.askId} ask={ask} />
          ))}
        <div ref={end} />
      </div>
      {failure && (
        <p class="problem" role="alert">
          {failure}
        </p>
      )}
      <div class="compose">
        <textarea
          rows={2}
          aria-label="Message"
          placeholder="Message"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
          }}
        />
        <button type="button" class="primary" onClick={() => void send()}>
          Send
        </button>
      </div>
    </section>
  );
}

function TurnView({ turn }: { turn: Turn }) {
  const { said, parts, ms, input, output, isRunning } = turn;
  return (
    <article class="turn">
      {said && <p class="said">{said}</p>}
      {parts.map((part, index) =>
        part.kind === "tool" ? (
          <details class={`card tool ${part.state}`} key={index}>
            <summary>
              {part.name || "tool"} <span class="hint">{part.state}</span>
            </summary>
            <pre>{JSON.stringify(part.input, null, 2)}</pre>
            {part.output !== undefined && <pre>{JSON.stringify(part.output, null, 2)}</pre>}
          </details>
        ) : (
          <p class={part.kind} key={index}>
            {part.text}
          </p>
        ),
      )}
      <p class="hint">
        {isRunning ? "running…" : `${(ms / 1_000).toFixed(1)} s`}
        {input + output > 0 && ` · ${input} tokens in, ${output} out`}
      </p>
    </article>
  );
}
