// The process that checks. Its argument is what to look at, as JSON; its standard output is the verdict.
import { check } from "./checker.ts";
import { readEvidence } from "./evidence-files.ts";

process.stdout.write(JSON.stringify(check(await readEvidence(JSON.parse(process.argv[2] ?? "")))));
