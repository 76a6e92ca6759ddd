/** A member's name or an item's number as one step of a JSON Pointer, with its slash. */
export function pointerStep(member: string | number): string {
  return `/${`${member}`.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The steps of a JSON Pointer; undefined if the text is none. */
export function pointerSteps(pointer: string): string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) return undefined;
  const steps = pointer.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
