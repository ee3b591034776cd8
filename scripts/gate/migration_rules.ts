/** The numbers of migrations: 1, 2, 3 and so on, each once, as the order in which databases have them is their number. */
import type { Finding, Project } from "./project.ts";

const MIGRATION = /^actors\/writer\/migrations\/(\d{3})_[a-z0-9_]+\.sql$/;

/** Two branches that each take the next number are found where they meet, and not by the first database. */
export function checkMigrations({ paths }: Project): Finding[] {
  const found = [...paths].sort().flatMap((path) => {
    const [, number] = MIGRATION.exec(path) ?? [];
    return number === undefined ? [] : [{ path, number: Number(number) }];
  });
  const findings: Finding[] = [];
  let last: { readonly path: string; readonly number: number } | undefined;
  for (const migration of found) {
    const { path, number } = migration;
    const before = last?.number ?? 0;
    if (number === before) {
      findings.push({
        path,
        line: 1,
        what: `has the number of ${last?.path}`,
        todo: "give the one that no database has had yet the next number",
      });
    } else if (number !== before + 1) {
      findings.push({
        path,
        line: 1,
        what: `follows number ${before}`,
        todo: `give it number ${before + 1}`,
      });
    }
    last = migration;
  }
  return findings;
}
