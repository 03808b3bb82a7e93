// The thread in which one Markdown file is tried.
import { parentPort, workerData } from "node:worker_threads";
import type { DocsPlace } from "./place.ts";
import { tryFile } from "./try-file.ts";

const { source, place } = workerData as { readonly source: string; readonly place: DocsPlace };
parentPort?.postMessage(tryFile(source, place));
