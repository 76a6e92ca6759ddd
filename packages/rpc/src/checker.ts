import { mismatchChannel } from "./channels.js";
import type { DiagnosticListener } from "./diagnostics.js";
import { ValidationError } from "./errors.js";
import { maskSecrets } from "./secrets.js";
import type { Validate, ValidationForm, ValidationIssue, ValidatorSource } from "./validation.js";

/** What becomes of a value that does not match: not looked at, reported, or refused. */
export type ValidationMode = "off" | "report" | "strict";

/** A mode for each direction. */
export interface ValidationModes {
  /** Params that we send and results that our handlers return. Default `strict`. */
  readonly outgoing: ValidationMode;
  /** Results, events and params that we receive. Default `report`. */
  readonly incoming: ValidationMode;
}

/** The modes, and where they differ. */
export interface ValidationPolicy extends ValidationModes {
  /**
   * Other modes for some, by method, or by tag for the events of a union; a tag outdoes the method
   * that carries the union. What an entry leaves out is as for all others.
   */
  readonly methods?: Readonly<Record<string, Partial<ValidationModes>>>;
}

/** What was checked so far. */
export interface ValidationStats {
  /** Values that were checked. */
  readonly checked: number;
  /** Values among them that did not match. */
  readonly mismatches: number;
  /** Values whose tag their union does not have; they are not in `checked`. */
  readonly unknown: number;
}

/** What a value is, and so which error it makes. */
export type ValueRole = "INVALID_PARAMS" | "INVALID_RESULT" | "INVALID_EVENT";

const NO_SOURCE: ValidatorSource = { get: () => () => undefined };

/** Checks values by a policy, and counts. */
export class Checker {
  readonly policy: ValidationPolicy;
  readonly #source: ValidatorSource;
  readonly #report: DiagnosticListener;
  /** Empty in most programs; looked at per value otherwise. */
  readonly #overrides: ReadonlyMap<string, Partial<ValidationModes>>;
  readonly #counts = { checked: 0, mismatches: 0, unknown: 0 };
  readonly #found = { strict: new Map<string, Validate>(), open: new Map<string, Validate>() };

  /**
   * @param source - Where the checks come from; without one nothing is checked.
   * @param report - Told of mismatches that are not thrown.
   */
  constructor(
    source: ValidatorSource | undefined,
    policy: Partial<ValidationPolicy> | undefined,
    report: DiagnosticListener,
  ) {
    this.#source = source ?? NO_SOURCE;
    const { outgoing = "strict", incoming = "report", methods = {} } = policy ?? {};
    this.policy = source ? { outgoing, incoming, methods } : { outgoing: "off", incoming: "off" };
    this.#overrides = new Map(source ? Object.entries(methods) : []);
    this.#report = report;
  }

  /** What was checked so far; a live view. */
  get stats(): ValidationStats {
    return this.#counts;
  }

  /**
   * Checks what we are about to send, as published.
   *
   * @param subject - The method, for the message and its mode.
   * @throws {@link ValidationError} if it does not match and the mode is `strict`.
   * @throws {@link RpcError} with code `UNKNOWN_DEFINITION` if there is no such definition.
   */
  outgoing(role: ValueRole, subject: string, definition: string, value: unknown): void {
    const mode = this.#mode("outgoing", subject, subject);
    this.#check(mode, "strict", role, subject, definition, value);
  }

  /**
   * Checks what we received, opened.
   *
   * @param subject - The method or event type, for the message and its mode.
   * @param carrier - The method that carries the event.
   * @returns Whether it matched, or was not looked at.
   * @throws As {@link outgoing} does.
   */
  incoming(
    role: ValueRole,
    subject: string,
    definition: string,
    value: unknown,
    carrier = subject,
  ): boolean {
    const mode = this.#mode("incoming", subject, carrier);
    return this.#check(mode, "open", role, subject, definition, value);
  }

  /** Counts and reports a value whose tag is not in its union. */
  unknownTag(union: string, tag: unknown, value: unknown): void {
    this.countUnknown();
    this.#report({ kind: "unknownTag", union, tag, value });
  }

  /** Counts a value whose tag is not in its union, and that nobody wants to see. */
  countUnknown(): void {
    this.#counts.unknown++;
  }

  #mode(direction: keyof ValidationModes, subject: string, carrier: string): ValidationMode {
    const overrides = this.#overrides;
    if (overrides.size === 0) return this.policy[direction];
    const own = overrides.get(subject)?.[direction] ?? overrides.get(carrier)?.[direction];
    return own ?? this.policy[direction];
  }

  #check(
    mode: ValidationMode,
    form: ValidationForm,
    role: ValueRole,
    subject: string,
    definition: string,
    value: unknown,
  ): boolean {
    if (mode === "off") return true;
    this.#counts.checked++;
    const issues = this.#run(form, definition, value);
    if (!issues) return true;
    this.#counts.mismatches++;
    const error = new ValidationError(role, subject, issues);
    if (mismatchChannel.hasSubscribers) {
      mismatchChannel.publish({ error, value: maskSecrets(value) });
    }
    if (mode === "strict") throw error;
    this.#report({ kind: "mismatch", error, value });
    return false;
  }

  #run(
    form: ValidationForm,
    definition: string,
    value: unknown,
  ): readonly ValidationIssue[] | undefined {
    let validate = this.#found[form].get(definition);
    if (!validate) {
      validate = this.#source.get(definition, form);
      this.#found[form].set(definition, validate);
    }
    return validate(value);
  }
}
