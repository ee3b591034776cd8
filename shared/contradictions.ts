/** What several variables say together that cannot be honoured, each of them right by itself. */
import { accessProblems, type AccessSettings } from "./access_rules.ts";
import type { DatabaseServer } from "./database_url.ts";

/** The variables that may contradict each other. */
export interface JointSettings extends AccessSettings {
  readonly databaseUrl: DatabaseServer | null;
  readonly databaseReadUrl: DatabaseServer | null;
}

/** One line for each contradiction, which names the variable and what to do; such a monitor does not start. */
export function contradictions(settings: JointSettings): string[] {
  const { databaseUrl, databaseReadUrl } = settings;
  const found = accessProblems(settings);
  if (databaseReadUrl !== null && databaseUrl === null) {
    found.push("DATABASE_READ_URL must not be set without DATABASE_URL, of which it reads");
  }
  if (databaseUrl !== null && ["read-only", "standby"].includes(databaseUrl.role)) {
    found.push(
      `DATABASE_URL must not ask for target_session_attrs=${databaseUrl.role}: it is written to; ` +
        "DATABASE_READ_URL may",
    );
  }
  return found;
}
