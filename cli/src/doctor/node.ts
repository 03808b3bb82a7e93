import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runChild } from "../terminal/child.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import { upwards } from "../upwards.ts";
import { type Check, fine, type Patient } from "./check.ts";
import { installedPackage } from "./installed-package.ts";
import { compareVersions } from "./version.ts";

const needed = "22.18.0";

/** The Node that runs this `ego`, and the one that the scripts of the project run on. */
export async function nodeChecks(host: Host, patient: Patient): Promise<readonly Check[]> {
  const own = process.versions.node;
  const brought = installedPackage(patient.root, "node");
  if (brought !== undefined && !existsSync(join(brought.folder, "bin", executable))) {
    return [
      fine(`Node ${own} runs this`),
      {
        code: "EGO313",
        severity: "error",
        text: `The package node ${printableName(brought.version)} is installed without its program: install scripts did not run.`,
        help: programHelp[patient.manager],
      },
    ];
  }
  const inScripts = await versionInScripts(host, patient);
  if (inScripts === undefined) {
    return [
      {
        code: "EGO312",
        severity: "error",
        text: "Scripts of the project find no Node.",
        help: `Add the package \`node\`, or install Node ≥ ${needed}.`,
      },
    ];
  }
  if (compareVersions(inScripts, needed) < 0) {
    return [
      {
        code: "EGO312",
        severity: "error",
        text: `Scripts of the project run on Node ${printableName(inScripts)}; ego needs Node ≥ ${needed}.`,
        help: `Add the package \`node\` to the devDependencies, or update Node.`,
      },
    ];
  }
  return [
    fine(inScripts === own ? `Node ${own}` : `Node ${own} runs this, Node ${printableName(inScripts)} the scripts`),
  ];
}

const executable = process.platform === "win32" ? "node.exe" : "node";

const programHelp: Readonly<Record<Patient["manager"], string>> = {
  npm: 'Put "allowScripts": { "@bufbuild/buf": true, "node": true } into the package.json of the root, and run `npm rebuild node --ignore-scripts=false`.',
  pnpm: "Allow the build of `node` in pnpm-workspace.yaml (allowBuilds), and run `pnpm rebuild node`.",
  yarn: "Yarn cannot install the package `node`: remove it, and use the Node of the machine.",
};

/** As `npm run` does: the programs of the packages come before those of the machine. */
async function versionInScripts(host: Host, { root }: Patient): Promise<string | undefined> {
  const bins = upwards(root).map((folder) => join(folder, "node_modules", ".bin"));
  const path = [...bins, host.env.PATH].filter(Boolean).join(delimiter);
  try {
    const { exitCode, stdout } = await runChild(host, "node", ["--version"], {
      cwd: root,
      env: { ...host.env, PATH: path },
    });
    return exitCode === 0 ? stdout.trim().replace(/^v/, "") : undefined;
  } catch {
    return undefined;
  }
}
