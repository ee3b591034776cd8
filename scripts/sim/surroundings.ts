/** Surroundings: what every part of the exchange needs of the world. */
import type { Agenda } from "./agenda.ts";
import type { Trouble } from "./trouble.ts";

/** Time and trouble. */
export interface Surroundings {
  readonly agenda: Agenda;
  readonly trouble: Trouble;
  /** What the exchange's clock says, UTC milliseconds. */
  exchangeMs(): number;
}
