import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../testdata/temporary-folder.ts";
import { watchFailure, watchFolders } from "./folder-watch.ts";

test("where the machine watches no more, the limit is named, and how to raise it", () => {
  const failure = watchFailure("/a\u001b", Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }));
  expect(failure.exitCode).toBe(2);
  expect(
    failure.message,
  ).toBe(`/a\\x1b cannot be watched: this machine watches as many as fs.inotify.max_user_watches lets it.
Close another program that watches, or raise it: \`sudo sysctl fs.inotify.max_user_watches=524288\`.`);
  expect(watchFailure("/a", Object.assign(new Error("too many"), { code: "EMFILE" })).message).toContain(
    "sudo sysctl fs.inotify.max_user_instances=1024",
  );
  expect(watchFailure("/a", new Error("EACCES: permission denied")).message).toBe(
    "/a cannot be watched: EACCES: permission denied",
  );
});

test("a folder that is watched already is not new; one that is gone is passed over, and one in its place is new", () => {
  const root = temporaryFolder();
  const watch = watchFolders(() => {});
  onTestFinished(() => watch[Symbol.dispose]());
  expect(watch.follow(new Map([[root, "1"]]))).toBe(true);
  expect(watch.follow(new Map([[root, "1"]]))).toBe(false);
  expect(watch.follow(new Map([[join(root, "gone"), "2"]]))).toBe(false);
  expect(watch.follow(new Map([[root, "1"]]))).toBe(true);
  expect(watch.follow(new Map([[root, "3"]]))).toBe(true);
});
