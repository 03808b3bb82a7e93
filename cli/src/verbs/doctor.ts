import type { Verb } from "./verb.ts";

const exitCodes = `
Exit codes:
  0  nothing keeps the project from working; there may be warnings
  1  something does
  2  it could not be found out`;

export const doctorVerb: Verb = {
  name: "doctor",
  verdict: true,
  declare(ego, { host, exit }) {
    ego
      .command("doctor")
      .description("Say whether Node, buf, the packages and the files of the project are as ego needs them.")
      .option("--json", "print JSON")
      .addHelpText("after", exitCodes)
      .action(async (options: { json?: true }) => {
        const { doctor } = await import("../commands/doctor.ts");
        exit(await doctor(host, options));
      });
  },
};
