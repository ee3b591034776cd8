/** Which migrations a database still needs. Pure; the files are read by `postgres.ts`. */

/** One numbered file of `migrations/`. */
export interface Migration {
  readonly version: number;
  /** File name, e.g. `001_first_light.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string;
}

/** One row of `schema_migrations`. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** Migrations to apply, in order, or why this program must not touch the database. */
export type MigrationPlan =
  | { readonly kind: "apply"; readonly pending: readonly Migration[] }
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * The version in a file name.
 *
 * @throws {TypeError} when it is not `NNN_name.sql`.
 */
export function versionOf(name: string): number {
  const digits = /^(\d{3})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
  if (digits === undefined) {
    throw new TypeError(`Cannot number a migration: wanted NNN_name.sql, received ${name}`);
  }
  return Number(digits);
}

/**
 * Compares what this program knows with what the database has had.
 *
 * @throws {TypeError} when the program's own versions are not 1, 2, 3, …
 */
export function planMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): MigrationPlan {
  const ordered = [...known].sort((a, b) => a.version - b.version);
  ordered.forEach(({ version, name }, index) => {
    if (version !== index + 1) {
      throw new TypeError(`Cannot plan migrations: wanted number ${index + 1}, received ${name}`);
    }
  });
  for (const { version, name, checksum } of applied) {
    const ours = ordered[version - 1];
    if (ours === undefined) {
      return {
        kind: "refuse",
        reason: `the database is newer than this program: it has had migration ${name}, and this ` +
          `program ends with number ${ordered.length}; start the newer version of the monitor`,
      };
    }
    if (ours.checksum !== checksum) {
      return {
        kind: "refuse",
        reason:
          `migration ${ours.name} was changed after it had been applied as ${name}; restore ` +
          "the file, and put changes into a new migration",
      };
    }
  }
  const done = new Set(applied.map(({ version }) => version));
  return { kind: "apply", pending: ordered.filter(({ version }) => !done.has(version)) };
}

/** A statement of a migration that the database does not take. */
export class MigrationFailed extends Error {
  override readonly name = "MigrationFailed";
  /** As the database's own error has it. */
  readonly code: string;

  constructor({ name }: Migration, statement: string, { reason, code }: FailedStatement) {
    const [line = ""] = statement.split("\n").filter((each) => !/^\s*(?:--.*)?$/.test(each));
    super(
      `migration ${name} fails at "${line.trim().slice(0, 100)}": ${reason}; nothing was changed`,
    );
    this.code = code;
  }
}

/** What the database has said to it. */
export interface FailedStatement {
  readonly reason: string;
  readonly code: string;
}

/** What ends at a semicolon, and what may hold one that ends nothing. */
const PARTS =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|(\$\w*\$)[\s\S]*?\1|;|[^;'"$/-]+|./g;

/** The statements of a file, each with the comments before it. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let text = "";
  for (const [part] of sql.matchAll(PARTS)) {
    text += part;
    if (part !== ";") continue;
    statements.push(text.trim());
    text = "";
  }
  return text.replaceAll(/--[^\n]*/g, "").trim() === "" ? statements : [...statements, text.trim()];
}
