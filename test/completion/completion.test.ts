import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { bashCompletion } from "../../cli/src/completion/bash.ts";
import { declared } from "../../cli/src/completion/declared.ts";
import { fishCompletion } from "../../cli/src/completion/fish.ts";
import { zshCompletion } from "../../cli/src/completion/zsh.ts";
import { main } from "../../cli/src/main.ts";
import { fakeHost } from "../../cli/src/testdata/fake-host.ts";
import { temporaryFolder } from "../../cli/src/testdata/temporary-folder.ts";
import { missing, shells } from "./shells.ts";

async function ego(...argv: string[]): Promise<{ exitCode: number; printed: string }> {
  const host = fakeHost("/");
  const exitCode = await main(argv, host);
  return { exitCode, printed: host.printed.join("\n") };
}

/** What is typed, and what is offered for it. */
const table: readonly (readonly [typed: string, ...offers: string[]])[] = [
  ["ego gr", "graph"],
  ["ego graph --f", "--format"],
  ["ego graph --format ", "catalogue", "html", "mermaid", "svg"],
  ["ego graph --format s", "svg"],
  ["ego graph --entity init --l", "--link"],
  ["ego graph --format=svg --en", "--entity"],
  ["ego graph --json init --o", "--output"],
  ["ego graph --entity "],
  ["ego graph --output pict", "picture.svg", "pictures"],
  ["ego init pict", "pictures"],
  ["ego migrate u", "up"],
  ["ego migrate up --s", "--schema", "--store"],
  ["ego events s", "show"],
  ["ego events show account ann --s", "--schema", "--sensitive", "--state", "--store"],
  ["ego events tail --from ", "now", "start"],
  ["ego projections re", "rebuild", "remove", "resume"],
  ["ego projections rebuild balances --b", "--blue-green"],
  ["ego projections add balances --from ", "now", "start"],
  ["ego projections dead-letters r", "retry"],
  ["ego projections dead-letters retry mails --s", "--schema", "--shard", "--store"],
  ["ego verify --j", "--json"],
  ["ego completion ", "bash", "fish", "zsh"],
  ["ego completion zsh "],
  ["ego add comm", "command"],
  ["ego add entity invoice --table --du", "--durable"],
  ["ego add entity invoice --table --durable --em", "--empty"],
  ["ego add command account FreezeAccount --precondition p", "present"],
  ["ego nonsense "],
];

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

for (const shell of shells) {
  const reason = missing(shell);
  if (reason !== undefined) console.warn(`skipped: completion in ${shell.name}, since ${reason}`);

  describe.skipIf(reason !== undefined)(shell.name, () => {
    test("completes verbs, options, their values, files and folders, and nothing else", async () => {
      const { exitCode, printed } = await ego("completion", shell.name);
      expect(exitCode).toBe(0);
      const folder = temporaryFolder({ "picture.svg": "", "pictures/x": "", "other/x": "" });
      const offers = shell.offers(
        printed,
        table.map(([typed]) => typed),
        folder,
      );
      // Shells write folders with a slash behind them, or not.
      const plain = offers.map((words) => words.map((word) => word.replace(/\/$/, "")));
      expect(Object.fromEntries(table.map(([typed], index) => [typed, plain[index]]))).toEqual(
        Object.fromEntries(table.map(([typed, ...words]) => [typed, words])),
      );
    });

    test("offers all verbs, and what follows = ", async () => {
      const { printed } = await ego("completion", shell.name);
      const [verbs, values] = shell.offers(printed, ["ego ", "ego graph --format=s"], temporaryFolder());
      const { printed: help } = await ego("--help");
      const all = [...help.matchAll(/^ {2}(\w+)(?: [[<]| {2})/gm)].map(([, verb = ""]) => verb);
      expect(verbs).toEqual(all.filter((verb) => verb !== "help" && !/^\d/.test(verb)).toSorted());
      // fish offers the whole word.
      expect(values?.map((word) => word.replace("--format=", ""))).toEqual(["svg"]);
    });

    test("no description and no value does anything but be read", () => {
      const folder = temporaryFolder();
      const evil = `it's "x" \`touch a\` $(touch b) (touch c) \\' ; touch d #[e]: {f,g} <h> %i !j`;
      const program = new Command("ego");
      const odd = ["it's", "a:b", "$(touch e)", "(touch f)", "x y"];
      program.command("go").description(evil).addOption(new Option("--way <way>", evil).choices(odd));
      const script = scripts[shell.name](declared(program));
      const typed = ["ego g", "ego go --w", "ego go --way "];
      const [verbs, options, values] = shell.offers(script, typed, folder);
      expect({ verbs, options }).toEqual({ verbs: ["go"], options: ["--way"] });
      expect(values?.map((word) => word.replace(/\\(?=.)/g, ""))).toEqual(odd.toSorted());
      for (const file of "abcdef") expect(existsSync(join(folder, file)), file).toBe(false);
    });
  });
}

test("a shell that there is no script for is refused, and the help says how to install those that there are", async () => {
  const { exitCode, printed } = await ego("completion", "powershell");
  expect(exitCode).toBe(1);
  expect(printed).toContain("Allowed choices are bash, zsh, fish.");
  expect((await ego("completion", "--help")).printed).toContain("~/.bashrc");
});
