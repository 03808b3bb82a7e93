import type { Domain } from "@ego/protoc-gen-ego/model";
import { evolutionFindings } from "../evolution/evolution.ts";
import { Failure } from "../failure.ts";
import { baseCommit } from "../git/base-commit.ts";
import { type Commit, commitNamed, commitText, findRepository } from "../git/repository.ts";
import { keepCompiled } from "../project/compile-cache.ts";
import type { Finding } from "../project/finding.ts";
import { type Freshness, freshnessFindings, freshnessOf } from "../project/freshness.ts";
import { type ProjectAt, projectAt } from "../project/git-ref.ts";
import { domainWith, imageToGenerate } from "../project/image-to-generate.ts";
import type { Project } from "../project/project.ts";
import { protoPlaces } from "../project/proto-places.ts";
import type { Host } from "../terminal/host.ts";

/** What to check. */
export interface CheckOptions {
  /** The commit to compare with, as git understands names; undefined for the one that is usual. */
  readonly against?: string;
  /** Whether to compare with another commit at all. */
  readonly evolution: boolean;
}

/** What was found out. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** How many files are generated; undefined if that could not be found out. */
  readonly generated?: number;
  /** What the protos were compared with; undefined if with nothing. */
  readonly against?: Against;
  /** Why something could not be found out, each reason once. */
  readonly failures: readonly string[];
}

/** What the protos were compared with. */
export interface Against {
  /** Undefined where HEAD is the first commit of all. */
  readonly commit?: Commit;
  /** Whether the project was there already. */
  readonly exists: boolean;
  /** Folders with protos that git does not have, so that those of now were taken for those of then. */
  readonly ofNow: readonly string[];
}

/**
 * Checks a project: its generated files, its handlers, and what its protos do to what is stored. Runs none of its code, and
 * writes nothing. What cannot be found out does not hide what can.
 */
export async function check(host: Host, project: Project, options: CheckOptions): Promise<Checked> {
  // All is begun at once: each part waits for programs of its own.
  const image = imageToGenerate(host, project);
  const fresh = freshnessOf(host, project, image);
  const domain = image.then((built) => domainWith(host, project, built));
  const then = options.evolution ? projectThen(host, project, domain, options.against) : undefined;
  const [freshness, compared, handlers] = await Promise.allSettled([
    fresh,
    evolution(host, project, domain, then),
    unsyncedHandlers(host, project, domain, then),
  ]);
  const { evolved = [], against } = fulfilled(compared) ?? {};
  const files = fulfilled(freshness) ?? noFiles;
  return {
    findings: [...freshnessFindings(files), ...withoutStale(files, fulfilled(handlers) ?? []), ...evolved],
    ...(freshness.status === "fulfilled" ? { generated: files.files } : {}),
    ...(against ? { against } : {}),
    failures: [...new Set([freshness, compared, handlers].flatMap(failureOf))],
  };
}

const noFiles: Freshness = { stale: [], files: 0 };

async function unsyncedHandlers(
  host: Host,
  project: Project,
  domain: Promise<Domain>,
  then: Promise<ProjectAt | undefined> | undefined,
): Promise<readonly Finding[]> {
  const [{ planSync }, { unsynced }, { compiler }] = await Promise.all([
    import("../sync/sync.ts"),
    import("../sync/report.ts"),
    import("../sync/compiler.ts"),
  ]);
  const now = await domain;
  // Loading it keeps this thread busy, which has nothing else to do while buf reads the protos of before.
  keepCompiled(host, project);
  compiler();
  // So does the plan. It comes behind the comparison, which has started buf by then.
  await Promise.allSettled([then]);
  const plan = await planSync(host, project, { domain: now });
  return [...plan.findings, ...unsynced(plan)];
}

/** Handlers are not compared with generated code that is stale, which is said already. */
function withoutStale({ stale }: Freshness, findings: readonly Finding[]): readonly Finding[] {
  return stale.length === 0 ? findings : findings.filter(({ code }) => code !== "EGO101");
}

async function projectThen(
  host: Host,
  project: Project,
  domain: Promise<Domain>,
  against?: string,
): Promise<ProjectAt | undefined> {
  const repository = await findRepository(host, project);
  const commit = against === undefined ? await baseCommit(repository) : await commitNamed(repository, against);
  return commit && projectAt(repository, commit, domain);
}

interface Evolved {
  readonly evolved: readonly Finding[];
  readonly against?: Against;
}

async function evolution(
  host: Host,
  project: Project,
  domain: Promise<Domain>,
  then: Promise<ProjectAt | undefined> | undefined,
): Promise<Evolved> {
  const [now, before] = await Promise.all([domain, then]);
  if (then === undefined) return { evolved: [] };
  if (before === undefined) return { evolved: [], against: { exists: false, ofNow: [] } };
  const { commit, exists, ofNow } = before;
  const evolved = await evolutionFindings(host, project, {
    before,
    now: { domain: now, placeOf: protoPlaces(project) },
    ref: commitText(commit),
  });
  return { evolved, against: { commit, exists, ofNow } };
}

function fulfilled<T>(result: PromiseSettledResult<T>): T | undefined {
  return result.status === "fulfilled" ? result.value : undefined;
}

/** What is for the user to know. Anything else is a bug. */
function failureOf(result: PromiseSettledResult<unknown>): readonly string[] {
  if (result.status === "fulfilled") return [];
  if (result.reason instanceof Failure) return [result.reason.message];
  throw result.reason;
}
