import { type Command, Option } from "commander";
import { declareDeadLetters } from "./dead-letters.ts";
import { aboutOne, atPlace, projectionExitCodes, type SharedOptions, withShared } from "./projection-options.ts";
import type { Verb, VerbContext } from "./verb.ts";

const needsTable = `
It needs the table of the read model: ego.config.ts loads the application, which exports \`projections\`.
None of its handlers is run.
`;

export const projectionsVerb: Verb = {
  name: "projections",
  verdict: false,
  declare(ego, context) {
    const projections = ego
      .command("projections")
      .description(
        "Look at projections, and operate them through the database: engines see it within seconds. Without a verb: list.",
      )
      .addHelpText("after", projectionExitCodes);
    declareLooking(projections, context);
    declareRunning(projections, context);
    declareRebuild(projections, context);
    declareVersions(projections, context);
    declareMembers(projections, context);
    declareDeadLetters(projections, context);
  },
};

function declareLooking(parent: Command, { host }: VerbContext): void {
  const list = parent
    .command("list", { isDefault: true })
    .description("Print how all projections are, a line for each version. Changes nothing.");
  withShared(list).action(async (options: SharedOptions) => {
    const { projectionsList } = await import("../commands/projections-list.ts");
    await projectionsList(host, options);
  });
  const status = aboutOne(parent, "status", "Print all about one projection. Changes nothing.");
  withShared(status).action(async (name: string, options: SharedOptions) => {
    const { projectionsStatus } = await import("../commands/projections-list.ts");
    await projectionsStatus(host, name, options);
  });
}

function declareRunning(parent: Command, { host, exit }: VerbContext): void {
  const building = "the version that is being built, in place of the live one";
  const pause = aboutOne(parent, "pause", "Let it rest, on all nodes, and wait until none runs it.");
  withShared(pause.option("--building", building)).action(
    async (name: string, options: SharedOptions & { building?: true }) => {
      const { projectionsPause } = await import("../commands/projections-run.ts");
      exit(await projectionsPause(host, name, options));
    },
  );
  const resume = aboutOne(
    parent,
    "resume",
    "Let it go on that was paused, or has failed, and wait until a node runs it.",
  );
  withShared(resume.option("--building", building)).action(
    async (name: string, options: SharedOptions & { building?: true }) => {
      const { projectionsResume } = await import("../commands/projections-run.ts");
      exit(await projectionsResume(host, name, options));
    },
  );
  const skip = aboutOne(parent, "skip", "Pass over the event that it failed on, and go on: it becomes a dead letter.");
  withShared(atPlace(skip, true)).action(
    async (name: string, options: SharedOptions & { shard: string; position: string }) => {
      const { projectionsSkip } = await import("../commands/projections-run.ts");
      exit(await projectionsSkip(host, name, options));
    },
  );
}

function declareRebuild(parent: Command, { host, exit }: VerbContext): void {
  const rebuild = aboutOne(
    parent,
    "rebuild",
    "Begin it again, in place or beside the live version, and show how far it is.",
  )
    .option("--from <where>", "start, now, a time, or positions; rows stay unless it is start (default: start)")
    .option("--blue-green", "build a new version beside the live one, in a table of its own")
    .option("--promote", "with --blue-green: make it live when it has caught up")
    .option("--yes", "do not ask whether rows may be removed");
  const more = `
Engines do the work: ^C leaves it going on in them.
From the start, or with --blue-green, it needs the table of the read model: ego.config.ts loads the
application, which exports \`projections\`. None of its handlers is run.
`;
  withShared(rebuild, more).action(
    async (name: string, options: SharedOptions & { from?: string; blueGreen?: true; promote?: true; yes?: true }) => {
      const { projectionsRebuild } = await import("../commands/projections-rebuild.ts");
      exit(await projectionsRebuild(host, name, options));
    },
  );
}

function declareVersions(parent: Command, { host, exit }: VerbContext): void {
  const verbs = [
    ["promote", "newer", "Make the version live that was built, when it has caught up. The one before is kept."],
    ["rollback", "older", "Make the version live again that was live before."],
  ] as const;
  for (const [verb, which, description] of verbs) {
    withShared(aboutOne(parent, verb, description), needsTable).action(async (name: string, options: SharedOptions) => {
      const { projectionsPromote } = await import("../commands/projections-versions.ts");
      exit(await projectionsPromote(host, name, which, options));
    });
  }
  const discard = aboutOne(parent, "discard", "Remove the versions beside the live one, with their tables.").option(
    "--yes",
    "do not ask",
  );
  withShared(discard, needsTable).action(async (name: string, options: SharedOptions & { yes?: true }) => {
    const { projectionsDiscard } = await import("../commands/projections-versions.ts");
    await projectionsDiscard(host, name, options);
  });
}

function declareMembers(parent: Command, { host }: VerbContext): void {
  const from = new Option("--from <where>", "where to begin (default: as its tuning says)").choices(["start", "now"]);
  const add = aboutOne(parent, "add", "Add a projection of the application before an engine does, with its table.");
  withShared(add.addOption(from), needsTable).action(
    async (name: string, options: SharedOptions & { from?: "start" | "now" }) => {
      const { projectionsAdd } = await import("../commands/projections-add.ts");
      await projectionsAdd(host, name, options);
    },
  );
  const remove = aboutOne(parent, "remove", "Remove it, with its offsets and dead letters.")
    .option("--drop", "drop its tables too, which needs the application")
    .option("--yes", "do not ask");
  withShared(remove).action(async (name: string, options: SharedOptions & { drop?: true; yes?: true }) => {
    const { projectionsRemove } = await import("../commands/projections-add.ts");
    await projectionsRemove(host, name, options);
  });
}
