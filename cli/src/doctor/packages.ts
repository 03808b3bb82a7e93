import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { packageFolder, version } from "../package.ts";
import { runBuf } from "../project/buf.ts";
import type { Host } from "../terminal/host.ts";
import { printableName } from "../terminal/printable.ts";
import { upwards } from "../upwards.ts";
import { type Check, fine, type Patient } from "./check.ts";
import { type InstalledPackage, installedPackage } from "./installed-package.ts";
import { isInRange } from "./version.ts";

const ofEgo = ["@ego/cli", "@ego/protoc-gen-ego", "@ego/runtime"];
const ofBuf = ["@bufbuild/buf", "@bufbuild/protobuf", "@bufbuild/protoc-gen-es"];

/** What package.json says of the project as a whole. */
export function manifestChecks({ root }: Patient): readonly Check[] {
  const help = "`ego init <folder>` makes a project with one.";
  if (!existsSync(join(root, "package.json"))) {
    return [{ code: "EGO311", severity: "error", text: "There is no package.json.", help }];
  }
  const at = { file: "package.json", line: 1, column: 1 };
  const { manifest, mistake } = readManifest(root);
  if (mistake !== undefined) {
    return [
      { code: "EGO311", severity: "error", at, text: `This is not JSON: ${printableName(mistake)}`, help: "Mend it." },
    ];
  }
  if (manifest.type === "module") return [fine("package.json: ES modules")];
  const text = `It has no "type": "module", so Node and TypeScript take your files for CommonJS.`;
  return [{ code: "EGO311", severity: "error", at, text, help: 'Add "type": "module".' }];
}

/** That all packages are installed. */
export function installedChecks({ root, manager }: Patient): readonly Check[] {
  const missing = [...ofBuf, ...ofEgo].filter((name) => installedPackage(root, name) === undefined);
  if (missing.length === 0) return [];
  if (manager === "yarn" && isPlugAndPlay(root)) {
    const text = "Yarn has put the packages into archives (Plug'n'Play), where buf finds no plugins and no options.";
    const help = "Put `nodeLinker: node-modules` into .yarnrc.yml, and run `yarn install`.";
    return [{ code: "EGO314", severity: "error", text, help }];
  }
  const { dependencies = {}, devDependencies = {} } = readManifest(root).manifest;
  const named = missing.filter((name) => name in dependencies || name in devDependencies);
  const others = missing.filter((name) => !named.includes(name));
  const are = (names: readonly string[]) => `${names.join(", ")} ${names.length === 1 ? "is" : "are"}`;
  const checks: Check[] = [];
  if (named.length > 0) {
    const text = `${are(named)} not installed.`;
    checks.push({ code: "EGO314", severity: "error", text, help: `Run \`${manager} install\`.` });
  }
  if (others.length > 0) {
    const text = `${are(others)} neither installed nor named in package.json.`;
    const help = "See what `ego init <folder>` puts into one.";
    checks.push({ code: "EGO314", severity: "error", text, help });
  }
  return checks;
}

function isPlugAndPlay(root: string): boolean {
  return upwards(root).some((folder) => existsSync(join(folder, ".pnp.cjs")));
}

/** buf, which has to run. */
export async function bufChecks(host: Host, patient: Patient): Promise<readonly Check[]> {
  const buf = installedPackage(patient.root, "@bufbuild/buf");
  // Node finds no package from beside a package.json that is torn, of which was told.
  if (buf === undefined || readManifest(patient.root).mistake !== undefined) return [];
  const { exitCode, stdout, stderr } = await runBuf(host, patient, ["--version"]).catch((error: Error) => ({
    exitCode: 1,
    stdout: "",
    stderr: error.message,
  }));
  if (exitCode === 0) return [fine(`buf ${printableName(stdout.trim())}`)];
  const reason = /^(?:Error: )?(.*\S.*)$/m.exec(stderr.replace(/^.*(?=^\w*Error: )/ms, ""))?.[1] ?? "it says nothing";
  return [
    {
      code: "EGO315",
      severity: "error",
      text: `buf ${printableName(buf.version)} is installed, and does not run: ${printableName(reason)}`,
      help: `Its program for this machine is an optional dependency: run \`${patient.manager} install\` here, without leaving those out.`,
    },
  ];
}

/** The packages of ego, which belong together by version; and the `ego` that runs now. */
export function egoChecks(patient: Patient): readonly Check[] {
  const found = ofEgo.flatMap((name) => {
    const installed = installedPackage(patient.root, name);
    return installed === undefined ? [] : [{ name, ...installed }];
  });
  const checks: Check[] = [];
  const versions = [...new Set(found.map((one) => one.version))];
  if (versions.length > 1) {
    const listed = found.map((one) => `${one.name} is ${printableName(one.version)}`).join(", ");
    const help = "What one of them prints, the others run: install the same version of all.";
    checks.push({ code: "EGO316", severity: "error", text: `${listed}.`, help });
  } else if (versions.length === 1) {
    checks.push(fine(`ego ${printableName(versions.join())}: ${found.map(({ name }) => name).join(", ")}`));
  }
  const cli = found.find(({ name }) => name === "@ego/cli");
  if (cli !== undefined && cli.version !== version() && realpathSync(cli.folder) !== realpathSync(packageFolder)) {
    checks.push({
      code: "EGO316",
      severity: "warning",
      text: `This is ego ${version()}, and the project has ${printableName(cli.version)}.`,
      help: `Run that of the project: \`${patient.run} ego\`.`,
    });
  }
  return checks;
}

/** The packages that generated code and ego rest on. */
export function dependencyChecks(patient: Patient): readonly Check[] {
  const protobuf = installedPackage(patient.root, "@bufbuild/protobuf");
  const generator = installedPackage(patient.root, "@bufbuild/protoc-gen-es");
  const runtime = installedPackage(patient.root, "@ego/runtime");
  const checks: Check[] = [];
  if (protobuf !== undefined && generator !== undefined) {
    const wanted = runtime?.dependencies["@bufbuild/protobuf"] ?? protobuf.version;
    const isSame = protobuf.version === wanted && generator.version === wanted;
    checks.push(
      isSame
        ? fine(`protobuf ${printableName(wanted)}: @bufbuild/protobuf, @bufbuild/protoc-gen-es`)
        : {
            code: "EGO317",
            severity: "error",
            text: `@bufbuild/protobuf is ${printableName(protobuf.version)}, @bufbuild/protoc-gen-es is ${printableName(generator.version)}, and ego goes with ${printableName(wanted)}.`,
            help: `Install ${printableName(wanted)} of both: messages of one copy of protobuf are strangers to another.`,
          },
    );
  }
  return runtime === undefined ? checks : [...checks, ...peerChecks(patient, runtime)];
}

/** What the runtime takes from the project, if that has it: kysely, and the drivers of stores. */
function peerChecks({ root }: Patient, { peerDependencies }: InstalledPackage): readonly Check[] {
  const peers = Object.entries(peerDependencies).map(([name, range]) => ({
    name,
    range,
    version: installedPackage(root, name)?.version,
  }));
  const right: string[] = [];
  const checks: Check[] = [];
  for (const { name, range, version: installed } of peers) {
    const help = `Install ${printableName(name)} ${printableName(range)}.`;
    if (installed === undefined) {
      if (name !== "kysely") continue;
      const text = "kysely is not installed; SQL stores and tables need it.";
      checks.push({ code: "EGO314", severity: "note", text, help });
    } else if (isInRange(installed, range)) {
      right.push(`${printableName(name)} ${printableName(installed)}`);
    } else {
      const text = `${printableName(name)} is ${printableName(installed)}, and @ego/runtime goes with ${printableName(range)}.`;
      checks.push({ code: "EGO318", severity: "error", text, help });
    }
  }
  return right.length === 0 ? checks : [fine(right.join(", ")), ...checks];
}

interface Manifest {
  readonly type?: unknown;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly devDependencies?: Readonly<Record<string, unknown>>;
}

function readManifest(root: string): { readonly manifest: Manifest; readonly mistake?: string } {
  const file = join(root, "package.json");
  if (!existsSync(file)) return { manifest: {} };
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, ""));
    return { manifest: typeof value === "object" && value !== null ? value : {} };
  } catch (error) {
    return { manifest: {}, mistake: (error as Error).message };
  }
}
