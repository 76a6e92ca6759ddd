/** One value of an experiment. */
export type ExpFlagValue = string | number | boolean | null;
/** The values of one experiment. */
export interface ExpConfigEntry {
  Id: string;
  Parameters: Record<string, ExpFlagValue>;
}
/** Which experiments a session takes part in, as the experimentation service tells it. */
export interface CopilotExpAssignmentResponse {
  Features: string[];
  Flights: Record<string, string>;
  Configs: ExpConfigEntry[];
  ParameterGroups?: unknown;
  FlightingVersion?: number;
  ImpressionId?: string;
  AssignmentContext: string;
}
