/**
 * Why a PostgreSQL server cannot be used and what to do about it, one remedy per reason, in words for a person.
 * What the server says is quoted only where no remedy of its own is known; a password is in none of it. Pure.
 */
import { databaseLabel, type DatabaseServer } from "./database_url.ts";
import { codeOf, messageOf } from "./error_text.ts";
import { networkTrouble, type Trouble } from "./network_trouble.ts";
import type { DatabaseAddress } from "./protocol.ts";
import { concealed } from "./secrets.ts";

type ServerAddress = Extract<DatabaseAddress, { kind: "server" }>;

/** The line for an operator whose server cannot be used. */
export function unusableDatabase({ variable, server }: ServerAddress, error: unknown): string {
  const { reason, remedy } = databaseTrouble(variable, server, error);
  return `${variable} ${databaseLabel(server)} cannot be used: ${reason}; ${remedy}`;
}

/** How an operator knows this database. */
export function nameOf(address: DatabaseAddress): string {
  return address.kind === "server"
    ? `The database of ${address.variable} ${databaseLabel(address.server)}`
    : "The embedded database in DATA_DIR";
}

/** What is wrong, and what to do. */
export function databaseTrouble(
  variable: string,
  server: DatabaseServer,
  error: unknown,
): Trouble {
  const network = networkTrouble(error, { variable, what: "PostgreSQL" });
  if (network !== null) return network;
  const said = messageOf(error);
  const code = codeOf(error);
  const reason = DATABASE_REASONS[code];
  const remedy = REMEDIES[code];
  if (reason !== undefined && remedy !== undefined) {
    return { reason, remedy: remedy.replaceAll("$VARIABLE", variable) };
  }
  const answer = ANSWERS[code]?.(said, server, variable) ?? null;
  if (answer !== null) return answer;
  return {
    reason: reason ?? concealed(said, [server.password]),
    remedy: `correct ${variable}, or unset it to do without that server`,
  };
}

/** In words for a person, by SQLSTATE (PostgreSQL manual, appendix A). */
export const DATABASE_REASONS: Readonly<Record<string, string>> = {
  "25006": "it is read-only (a replica, or the old primary after a fail-over)",
  "53100": "its disk is full",
  "53300": "it has no connection left for this user",
  "57P01": "it was shut down, or has ended the connection",
  "57P02": "it has crashed",
  "57P03": "it is starting up or shutting down",
};

/** Why a pooler itself refuses (its SQLSTATE is 08P01); `null`: in its own words. */
export function poolerReason(said: string): string | null {
  return POOLER_REASONS.find(({ pattern }) => pattern.test(said))?.reason ?? null;
}

const POOLER_REASONS = [
  {
    pattern: /query_wait_timeout|server_login_retry|login has been failing|connect failed/i,
    reason: "the pooler there reaches no server",
  },
  {
    pattern: /no more connections|max_client_conn/i,
    reason: "the pooler there takes no more clients",
  },
  {
    pattern: /no such (database|user)|auth/i,
    reason: "the pooler there knows no such database or user",
  },
] as const;

type Find = (said: string, server: DatabaseServer, variable: string) => Trouble | null;

const NO_PASSWORD: Find = (_said, _server, variable) => ({
  reason: "the server refuses this user and password",
  remedy: `correct them in ${variable}, where % @ / ? # are percent-encoded`,
});

const REMEDIES: Readonly<Record<string, string>> = {
  "25006": "name the primary in $VARIABLE, or turn default_transaction_read_only off",
  "53100": "free space there",
  "53300": "raise max_connections there or the limit of the user, or end other connections",
  "57P03": "wait until it is up, and start again",
};

/** Reasons of which the remedy needs names. */
const ANSWERS: Readonly<Record<string, Find>> = {
  "28P01": NO_PASSWORD,
  "28000": (said, _server, variable) => {
    if (/role .* does not exist/.test(said)) return NO_PASSWORD("", _server, variable);
    if (!/pg_hba/.test(said)) return null;
    return {
      reason: "the server lets nobody in from here under this name (pg_hba.conf)",
      remedy: /no encryption|SSL off/.test(said)
        ? `allow it there, or ask for TLS with sslmode=require in ${variable}`
        : "allow it in the pg_hba.conf of the server",
    };
  },
  "3D000": (_said, { database }, variable) => ({
    reason: "it has no such database",
    remedy: `create it (CREATE DATABASE ${quoted(database)}), or correct the name in ${variable}`,
  }),
  "42501": (said, { user, database }, variable) => {
    const [, kind, name] = /permission denied for (\w+) (\S+)/.exec(said) ?? [];
    if (variable === "DATABASE_READ_URL") {
      return {
        reason: `permission denied for ${kind ?? "what is read"} ${name ?? ""}`.trim(),
        remedy: `as its administrator say GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${
          quoted(user)
        }`,
      };
    }
    const [, owned] = /must be owner of \w+ (\S+)/.exec(said) ?? [];
    if (owned !== undefined) {
      return {
        reason: `its user does not own ${owned}, and so cannot add to it what each day needs`,
        remedy: `as its administrator say ALTER TABLE ${quoted(owned)} OWNER TO ${quoted(user)}, ` +
          `or REASSIGN OWNED BY whoever owns it TO ${quoted(user)}`,
      };
    }
    const grant = kind === "schema"
      ? `GRANT USAGE, CREATE ON SCHEMA ${quoted(name ?? "public")} TO ${quoted(user)}`
      : kind === "table"
      ? `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${quoted(user)}`
      : `GRANT ALL ON DATABASE ${quoted(database)} TO ${quoted(user)}`;
    return {
      reason: kind === undefined
        ? "its user lacks a permission"
        : `permission denied for ${kind} ${name}`,
      remedy:
        `as its administrator say ALTER DATABASE ${quoted(database)} OWNER TO ${quoted(user)}, ` +
        `or ${grant}`,
    };
  },
  "22P05": (said, { database }, variable) => ({
    reason: `its encoding (${
      /in encoding "(\w+)"$/.exec(said)?.[1] ?? "not UTF8"
    }) lacks characters that are needed`,
    remedy:
      `create one in UTF8 (CREATE DATABASE ${
        quoted(`${database}_utf8`)
      } ENCODING 'UTF8' TEMPLATE ` +
      `template0), and name it in ${variable}`,
  }),
  "42P07": (_said, _server, variable) => ({
    reason: "it holds a table of another program under a name that is needed",
    remedy: `name a database of its own in ${variable}`,
  }),
  "08P01": (said, _server, variable) => {
    const [, parameter] = /unsupported startup parameter(?: in options)?: (\w+)/.exec(said) ?? [];
    if (parameter !== undefined) {
      return {
        reason: `the pooler there takes no ${parameter}`,
        remedy: `take it out of ${variable}, or name it in ignore_startup_parameters (PgBouncer)`,
      };
    }
    const reason = poolerReason(said);
    return reason === null ? null : {
      reason,
      remedy: `look into the log and the configuration of the pooler, or correct ${variable}`,
    };
  },
};

/** A name as SQL takes it. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
