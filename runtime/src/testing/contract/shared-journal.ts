import type { Store } from "../../journal/store.ts";
import type { StoreSubject, SubjectJournal } from "./store-subject.ts";

/** A subject whose cases share one journal and the stores on it: to make one may take longer than a case does. */
export function sharedJournal(subject: StoreSubject): StoreSubject & AsyncDisposable {
  let made: Promise<SubjectJournal> | undefined;
  const stores: Promise<Store>[] = [];
  return {
    ...subject,
    journal(entities) {
      made ??= Promise.resolve(subject.journal(entities));
      const journal = made;
      let opened = 0;
      return {
        open() {
          const index = opened++;
          stores[index] ??= journal.then((shared) => shared.open());
          return stores[index];
        },
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
    async [Symbol.asyncDispose]() {
      await (await made)?.[Symbol.asyncDispose]();
    },
  };
}
