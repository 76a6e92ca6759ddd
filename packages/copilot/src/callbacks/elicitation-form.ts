import type { UIElicitationSchemaProperty } from "@stubwright/copilot-protocol";

/** One field of a form. */
export type ElicitationSchemaField = UIElicitationSchemaProperty;

/** The fields of a form, as a JSON Schema. */
export type ElicitationSchema = {
  type: "object";
  properties: Record<string, ElicitationSchemaField>;
  required?: string[];
};

/** A form to show: a message and its fields. */
export type ElicitationParams = {
  message: string;
  requestedSchema: ElicitationSchema;
};
