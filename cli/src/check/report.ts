import { commitText } from "../git/repository.ts";
import { type Finding, findingLines } from "../project/finding.ts";
import { printableName } from "../terminal/printable.ts";
import type { Against, Checked } from "./check.ts";

/** That many generated files are listed; one reason makes all of them stale. */
const listedFiles = 10;

/** What was found out, in lines for people. */
export function reportLines({ findings, generated, against, failures }: Checked): readonly string[] {
  const files = findings.filter(isGeneratedFile);
  const others = findings.filter((finding) => !isGeneratedFile(finding));
  const more = files.length - listedFiles;
  return [
    ...findingLines([...files.slice(0, listedFiles), ...others]),
    ...(more > 0
      ? [`And ${more} more generated ${more === 1 ? "file" : "files"}: \`ego generate\` writes all of them.`]
      : []),
    ...(against ? againstLines(against, findings.some(isEvolution)) : []),
    summary(findings, generated, failures.length > 0),
  ];
}

function summary(findings: readonly Finding[], generated: number | undefined, incomplete: boolean): string {
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? "" : "s"}`];
  });
  const rest = incomplete ? " Not all could be found out." : "";
  if (counts.length > 0) return `${counts.join(", ")}.${rest}`;
  if (incomplete) return `Nothing found so far.${rest}`;
  return `Nothing found: ${generated} generated ${generated === 1 ? "file is" : "files are"} up to date, all handlers are there.`;
}

function isGeneratedFile({ code }: Finding): boolean {
  return code.startsWith("EGO30");
}

function isEvolution({ code, severity }: Finding): boolean {
  return severity === "error" && code.startsWith("EGO2");
}

function againstLines({ commit, exists, ofNow }: Against, breaks: boolean): readonly string[] {
  if (commit === undefined) return ["HEAD is the first commit: there is nothing to compare with."];
  if (!exists) return [`The project was not there at ${commitText(commit)}: nothing of it is stored yet.`];
  // What is in node_modules is not the project's own.
  const own = ofNow.filter((folder) => !folder.split("/").includes("node_modules"));
  return [
    `Compared with ${commitText(commit)}.`,
    ...(breaks ? ["What was never deployed is not stored: compare with what was, `--against <tag>`."] : []),
    ...own.map((folder) => `git does not have ${printableName(folder)} there: the protos in it were not compared.`),
  ];
}

/** The same for programs. */
export function reportJson({ findings, generated, against, failures }: Checked): object {
  return {
    format: 1,
    ok: failures.length === 0 && !hasErrors(findings),
    ...(generated === undefined ? {} : { generatedFiles: generated }),
    ...(against
      ? {
          against: {
            ...(against.commit ? { name: against.commit.name, commit: against.commit.hash } : {}),
            exists: against.exists,
            notCompared: against.ofNow,
          },
        }
      : {}),
    findings,
    failures,
  };
}

/** Whether something found makes the verdict 1. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}
