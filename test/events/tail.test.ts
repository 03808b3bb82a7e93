import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { ego, egoJson, fileStore, journalProject, root, runningBank, settableClock } from "./journal-project.ts";

// Each verb loads the application, and opens the store in a thread.
vi.setConfig({ testTimeout: 120_000 });

/** A running `ego events tail`. It is gone when the test ends. */
interface Tail {
  readonly child: ChildProcess;
  /** What it prints. */
  readonly lines: Interface;
  /** What it says on standard error. */
  readonly said: Interface;
}

function tail(cwd: string, ...args: readonly string[]): Tail {
  const command = ["--conditions=@ego/source", join(root, "cli/bin/ego.js"), "events", "tail", ...args];
  const child = spawn(process.execPath, command, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, lines: createInterface({ input: child.stdout }), said: createInterface({ input: child.stderr }) };
}

test("events are printed as they are stored, by whatever program, until a signal comes", async () => {
  const cwd = journalProject();
  await using bank = await runningBank(fileStore(cwd));
  await bank.account("ann").openAccount({ ownerEmail: "ann@example.org" });
  const { child, lines } = tail(cwd, "--from", "start");
  const printed = lines[Symbol.asyncIterator]();
  expect((await printed.next()).value).toMatch(/Z {2}account ann #1 {2}AccountOpened {2}\{"accountId":"ann",/);

  // It reads, so it has begun: what comes now was not there before.
  await bank.account("bob").openAccount({ ownerEmail: "bob@example.org" }, { metadata: { actor: "bob" } });
  expect((await printed.next()).value).toMatch(/Z {2}account bob #1 {2}AccountOpened {2}actor=bob {2}\{/);
  await bank.account("ann").creditAccount({ amountCents: 5n });
  expect((await printed.next()).value).toMatch(/account ann #2 {2}AccountCredited {2}\{.*"amountCents":"5"\}$/);

  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([0, null]);
});

test("from now on, what was stored before is not printed; --limit ends it", async () => {
  const cwd = journalProject();
  await using bank = await runningBank(fileStore(cwd));
  await bank.account("ann").openAccount({ ownerEmail: "ann@example.org" });
  const running = egoJson(cwd, "events", "tail", "--limit", "1");
  // Until it has begun, more is stored: the first that it sees is one of these.
  let done = false;
  void running.finally(() => {
    done = true;
  });
  while (!done) await bank.account("ann").creditAccount({ amountCents: 5n });
  const [line] = await running;
  expect(line).toMatchObject({ event: "AccountCredited", entity: "account", id: "ann" });
  expect(line?.revision).toBeGreaterThan(1);
});

test("only events of one entity, in order, one object on each line", async () => {
  const cwd = journalProject();
  const clock = settableClock();
  {
    await using bank = await runningBank(fileStore(cwd), { clock });
    for (const id of ["a", "b", "c"]) await bank.account(id).openAccount({ ownerEmail: id, openingCents: 1n });
    await bank.item("pen").describeItem({ title: "Pen" });
  }
  const args = ["events", "tail", "--from", "start", "--entity", "account", "--limit", "6"];
  const lines = await egoJson(cwd, ...args);
  for (const id of ["a", "b", "c"]) {
    expect(lines.filter((line) => line.id === id).map(({ revision }) => revision)).toEqual([1, 2]);
  }
  const { printed } = await ego(cwd, ...args, "--json");
  expect(printed).toMatch(/^[\x20-\x7e\n]+$/);
});

test("an entity that the application does not have is said, and its events are waited for", async () => {
  const cwd = journalProject();
  await using bank = await runningBank(fileStore(cwd));
  await bank.account("ann").openAccount({ ownerEmail: "ann@example.org" });
  const { child, said } = tail(cwd, "--from", "start", "--entity", "acount");
  expect((await once(said, "line"))[0]).toMatch(
    /^The application has no entity acount; it has .*account.*\. Did you mean account\?$/,
  );
  expect(child.exitCode).toBeNull();
});

test("nobody reads any more: it ends", async () => {
  const cwd = journalProject();
  await using bank = await runningBank(fileStore(cwd));
  await bank.account("ann").openAccount({ ownerEmail: "ann@example.org" });
  const { child, lines } = tail(cwd, "--from", "start");
  await once(lines, "line");
  lines.close();
  child.stdout?.destroy();
  const closed = once(child, "close");
  let ended = false;
  void closed.then(() => {
    ended = true;
  });
  while (!ended) await bank.account("ann").creditAccount({ amountCents: 5n });
  expect(await closed).toEqual([0, null]);
});

test.each([
  [["--limit", "0"], "`--limit 0` is no number of events"],
  [["--limit", "many"], "`--limit many` is no number of events"],
  [["--from", "yesterday"], "Allowed choices are start, now."],
])("%j is refused", async (args, text) => {
  const { exitCode, printed } = await ego(journalProject(), "events", "tail", ...args);
  expect({ exitCode, printed }).toEqual({ exitCode: 1, printed: expect.stringContaining(text) });
});
