import { sourceOptions } from "../options/shared_options.ts";
import { timeSpan } from "../options/value_types.ts";
import { defineCommand } from "../command.ts";
import { CliError } from "../errors.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { DAY_MS } from "../../rfc3339.ts";
import { countDaysLeft } from "../../snapshot/query/expiry.ts";
import { listDetails, listOptions, runList } from "./shared/list_command.ts";

const { states: _states, type: _type, ...options } = listOptions;

/** `credentials`: lists what machines sign in with. */
export const credentials = defineCommand({
  name: "credentials",
  summary: "List the tokens, keys and secrets of machines, and when they end",
  details: "Of a snapshot that was read with --include credentials; one that is read now has " +
    `them. ${listDetails("credentials")}`,
  options: {
    ...options,
    expiresWithin: {
      name: "expires-within",
      type: timeSpan(),
      help:
        "Only what has ended or ends within this time after the snapshot was read, such as 30d.",
      alias: ["expiring", "expires-in"],
    },
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: [
    "zitadel-sync credentials --snapshot access.json",
    "zitadel-sync credentials --expires-within 30d --snapshot access.json",
  ],
  async run(context) {
    const { expiresWithin } = context.settings;
    const { source } = context.inputs;
    const snapshot = await loadSnapshot({
      ...context,
      inputs: {
        source: source.kind === "file" ? source : {
          ...source,
          connection: {
            ...source.connection,
            include: [...new Set([...source.connection.include ?? [], "credentials" as const])],
          },
        },
      },
    });
    if (snapshot.credentials === undefined) {
      throw new CliError(
        "CONFIG_INVALID",
        "The snapshot has no credentials: nobody asked for them",
        {
          hint: "Take a snapshot with --include credentials",
        },
      );
    }
    const ends = (credential: (typeof snapshot.credentials)[number]) =>
      (countDaysLeft(credential, snapshot.completedAt) ?? Infinity) * DAY_MS <= expiresWithin!;
    return await runList("credentials", context, {
      snapshot,
      ...(expiresWithin !== undefined &&
        { ids: new Set(snapshot.credentials.filter(ends).map(({ id }) => id)) }),
    });
  },
});
