import { useId, useState } from "preact/hooks";
import type { Schema } from "../../../src/protocol.js";
import { JsonEditor } from "./json-editor.js";
import {
  armName,
  type FormModel,
  hintOf,
  propertiesOf,
  requiredOf,
  type Shape,
  typeOf,
} from "./model.js";

/** What every field gets. */
export interface FieldProps {
  readonly model: FormModel;
  readonly schema: unknown;
  readonly name: string;
  /** Undefined: it is left out. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Mismatches by JSON Pointer. */
  readonly problems: ReadonlyMap<string, string>;
  readonly pointer: string;
  readonly depth?: number;
}

/** The field of a schema, whatever it is. */
export function Field(props: FieldProps) {
  const { model, schema, problems, pointer } = props;
  const shape = model.resolve(schema);
  const problem = problems.get(pointer);
  const given = { ...props, shape };
  return (
    <div class={problem ? "field wrong" : "field"}>
      <Body {...given} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

type Given = FieldProps & { readonly shape: Shape };

function Body(props: Given) {
  const { model, shape } = props;
  if ("const" in shape) return <Constant {...props} />;
  if (Array.isArray(shape.enum)) return <Choice {...props} values={shape.enum as unknown[]} />;
  const arms = model.arms(shape);
  if (arms) return <Union {...props} arms={arms} />;
  switch (typeOf(shape)) {
    case "object":
      return <ObjectField {...props} />;
    case "array":
      return <ArrayField {...props} />;
    case "boolean":
      return <Choice {...props} values={[true, false]} />;
    case "string":
      return <TextField {...props} />;
    case "number":
    case "integer":
      return <NumberField {...props} />;
    case "null":
      return <Constant {...props} shape={{ const: null }} />;
    default:
      return <AnyField {...props} />;
  }
}

function Label({ id, name, shape }: { id: string; name: string; shape: Shape }) {
  const hint = hintOf(shape);
  return (
    <label for={id}>
      <span class="name">{name}</span>
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}

function Constant({ name, shape }: Given) {
  return (
    <div class="row">
      <span class="name">{name}</span>
      <code>{JSON.stringify(shape.const)}</code>
    </div>
  );
}

function Choice({ name, shape, value, onChange, values }: Given & { values: readonly unknown[] }) {
  const id = useId();
  const index = values.indexOf(value);
  return (
    <div class="row">
      <Label id={id} name={name} shape={shape} />
      <select
        id={id}
        value={String(index)}
        onChange={({ currentTarget }) => onChange(values[Number(currentTarget.value)])}
      >
        {index === -1 && <option value="-1">choose…</option>}
        {values.map((each, i) => (
          <option key={JSON.stringify(each)} value={String(i)}>
            {typeof each === "string" ? each : JSON.stringify(each)}
          </option>
        ))}
      </select>
    </div>
  );
}

function TextField({ name, shape, value, onChange }: Given) {
  const id = useId();
  const text = typeof value === "string" ? value : "";
  const isLong =
    text.length > 60 || text.includes("\n") || /prompt|text|content|message/i.test(name);
  const set = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  return (
    <div class="row">
      <Label id={id} name={name} shape={shape} />
      {isLong ? (
        <textarea id={id} rows={2} value={text} onInput={set} />
      ) : (
        <input id={id} type="text" value={text} onInput={set} spellcheck={false} />
      )}
    </div>
  );
}

function NumberField({ name, shape, value, onChange }: Given) {
  const id = useId();
  return (
    <div class="row">
      <Label id={id} name={name} shape={shape} />
      <input
        id={id}
        type="number"
        step={typeOf(shape) === "integer" ? 1 : "any"}
        value={typeof value === "number" ? value : ""}
        onInput={({ currentTarget }) => {
          // An empty field is no number: the check says so, and the last valid one is not kept.
          onChange(currentTarget.value === "" ? undefined : currentTarget.valueAsNumber);
        }}
      />
    </div>
  );
}

function AnyField({ name, value, onChange }: Given) {
  return (
    <div class="row tall">
      <span class="name">{name}</span>
      <JsonEditor label={name} value={value} onChange={onChange} />
    </div>
  );
}

function Union({ arms, shape: _, ...props }: Given & { arms: readonly Shape[] }) {
  const { model, name, value, onChange, depth = 0 } = props;
  const id = useId();
  const index = Math.max(0, model.armOf(arms, value));
  const arm = arms[index] as Shape;
  return (
    <div class="union">
      <div class="row">
        <label for={id}>
          <span class="name">{name}</span>
          <span class="hint">one of {arms.length}</span>
        </label>
        <select
          id={id}
          value={String(index)}
          onChange={({ currentTarget }) =>
            onChange(model.initial(arms[Number(currentTarget.value)]))
          }
        >
          {arms.map((each, i) => (
            <option key={i} value={String(i)}>
              {armName(model, each)}
            </option>
          ))}
        </select>
      </div>
      {typeOf(model.resolve(arm)) !== "null" && !("const" in model.resolve(arm)) && (
        <Field {...props} key={index} schema={arm} name="value" depth={depth + 1} />
      )}
    </div>
  );
}

function ObjectField(props: Given) {
  const { model, shape, name, onChange, problems, pointer, depth = 0 } = props;
  const value = isRecord(props.value) ? props.value : {};
  const properties = propertiesOf(shape);
  const required = requiredOf(shape);
  const named = [...new Set([...required, ...Object.keys(properties)])];
  const others = Object.keys(value).filter((key) => !named.includes(key));
  const present = [...named.filter((key) => key in value || required.includes(key)), ...others];
  const absent = named.filter((key) => !(key in value) && !required.includes(key));
  const { additionalProperties: rest } = shape;
  const schemaOf = (key: string): Schema => properties[key] ?? (isRecord(rest) ? rest : true);
  const set = (key: string, inner: unknown) => {
    const { [key]: _, ...left } = value;
    onChange(inner === undefined ? left : { ...value, [key]: inner });
  };
  return (
    <fieldset class={depth === 0 ? "root" : ""}>
      <legend>{name}</legend>
      {present.map((key) => (
        <div class="member" key={key}>
          <Field
            model={model}
            schema={schemaOf(key)}
            name={key}
            value={value[key]}
            onChange={(inner) => set(key, inner)}
            problems={problems}
            pointer={`${pointer}/${escapeKey(key)}`}
            depth={depth + 1}
          />
          {!required.includes(key) && (
            <button
              type="button"
              class="quiet"
              onClick={() => set(key, undefined)}
              title={`Leave out ${key}`}
              aria-label={`Leave out ${key}`}
            >
              ×
            </button>
          )}
        </div>
      ))}
      {absent.length > 0 && (
        <Absent names={absent} onAdd={(key) => set(key, model.initial(schemaOf(key)) ?? null)} />
      )}
      {(rest === undefined ? named.length === 0 : rest !== false) && (
        <AddEntry
          onAdd={(key) => set(key, model.initial(schemaOf(key)))}
          taken={Object.keys(value)}
        />
      )}
    </fieldset>
  );
}

/** Members that are left out: each is put in by a click. */
function Absent({ names, onAdd }: { names: readonly string[]; onAdd: (name: string) => void }) {
  return (
    <div class="absent">
      {names.map((name) => (
        <button type="button" class="chip" key={name} onClick={() => onAdd(name)}>
          + {name}
        </button>
      ))}
    </div>
  );
}

function AddEntry({ onAdd, taken }: { onAdd: (name: string) => void; taken: readonly string[] }) {
  const [name, setName] = useState("");
  const add = () => {
    if (name === "" || taken.includes(name)) return;
    onAdd(name);
    setName("");
  };
  return (
    <div class="row">
      <input
        type="text"
        placeholder="name of another member"
        aria-label="Name of another member"
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <button type="button" onClick={add}>
        Add
      </button>
    </div>
  );
}

function ArrayField(props: Given) {
  const { model, shape, name, onChange, problems, pointer, depth = 0 } = props;
  const value = Array.isArray(props.value) ? (props.value as unknown[]) : [];
  const tuple = (shape.prefixItems ?? (Array.isArray(shape.items) ? shape.items : [])) as Schema[];
  const itemSchema = (index: number) =>
    tuple[index] ??
    (Array.isArray(shape.items) ? (shape.additionalItems ?? true) : (shape.items ?? true));
  return (
    <fieldset>
      <legend>
        {name} <span class="hint">{hintOf(shape)}</span>
      </legend>
      {value.map((item, index) => (
        <div class="member" key={index}>
          <Field
            model={model}
            schema={itemSchema(index)}
            name={`${index}`}
            value={item}
            onChange={(inner) => onChange(value.with(index, inner))}
            problems={problems}
            pointer={`${pointer}/${index}`}
            depth={depth + 1}
          />
          <button
            type="button"
            class="quiet"
            onClick={() => onChange(value.toSpliced(index, 1))}
            aria-label={`Remove item ${index}`}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        onClick={() => onChange([...value, model.initial(itemSchema(value.length))])}
      >
        Add an item
      </button>
    </fieldset>
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
