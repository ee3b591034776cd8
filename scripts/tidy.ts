/**
 * `deno task tidy`: what the formatter, the linter and the compiler do not know about this project.
 * Prints one line per finding, `path:line what: what to do`, and exits 1 when there is one.
 */
// deno-lint-ignore-file no-console
import { checkCircles } from "./gate/circle_rules.ts";
import { checkDocstrings } from "./gate/docstring_rules.ts";
import { checkConfigs, checkLinks, checkNamedFiles } from "./gate/document_rules.ts";
import { checkEffects } from "./gate/effect_rules.ts";
import { checkDeadFiles, checkImports } from "./gate/import_rules.ts";
import { checkMigrations } from "./gate/migration_rules.ts";
import { type Finding, type Project, readProject } from "./gate/project.ts";
import { checkSwitches } from "./gate/switch_rules.ts";
import { checkForm } from "./gate/text_rules.ts";
import { checkWords } from "./gate/word_rules.ts";

/** All findings of all rules, by file and line. */
export function findProblems(project: Project): Finding[] {
  return [
    ...checkImports(project),
    ...checkDeadFiles(project),
    ...checkCircles(project),
    ...checkEffects(project),
    ...checkMigrations(project),
    ...checkForm(project),
    ...checkDocstrings(project),
    ...checkSwitches(project),
    ...checkWords(project),
    ...checkConfigs(project),
    ...checkLinks(project),
    ...checkNamedFiles(project),
  ].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line);
}

/** As an editor understands it. */
export function describeFinding({ path, line, what, todo }: Finding): string {
  return `${path}:${line} ${what}: ${todo}`;
}

if (import.meta.main) {
  const root = Deno.args[0] ??
    decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
  const project = await readProject(root);
  const findings = findProblems(project);
  for (const finding of findings) console.log(describeFinding(finding));
  console.error(
    findings.length === 0
      ? `tidy: ${project.sources.length} files, nothing to mend`
      : `tidy: ${findings.length} to mend`,
  );
  if (findings.length > 0) Deno.exit(1);
}
