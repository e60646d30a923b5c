import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { commonOptions, connectionOptions } from "../../src/cli/options/shared_options.ts";
import { choice, flag, wholeNumber } from "../../src/cli/options/value_types.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { COMMAND_NAMES } from "../../src/cli/command_names.ts";
import { loadCommand, loadCommands } from "../../src/cli/commands.ts";

describe("cli: define command", () => {
  it("a command reads its own settings, with their types, and the compiler refuses any other", () => {
    const command = defineCommand({
      name: "example",
      summary: "Show",
      details: "Shows.",
      operands: [{ name: "SHAPE", words: ["circle", "square"] }, { name: "FILE", many: true }],
      options: {
        deep: { name: "deep", type: flag(), help: "Go deeper." },
        size: {
          name: "size",
          type: wholeNumber({ min: 1, max: 9 }),
          default: "3",
          help: "How big.",
        },
        colour: { name: "colour", type: choice("red", "blue"), help: "Which colour." },
      },
      inputs: { answer: () => Promise.resolve({ value: 42 }) },
      examples: [],
      run({ settings, operands: [shape, ...files], inputs, log }) {
        const typed: {
          deep: boolean;
          size: number;
          colour: "red" | "blue" | undefined;
          json: boolean;
          shape: "circle" | "square";
          files: string[];
          answer: number;
        } = {
          deep: settings.deep,
          size: settings.size,
          colour: settings.colour,
          json: settings.json,
          shape,
          files,
          answer: inputs.answer,
        };
        // @ts-expect-error: the command does not take --out
        log.write("info", `${settings.out}`);
        // @ts-expect-error: nor does it read ZITADEL
        log.write("info", `${inputs.connection}`);
        return Promise.resolve(Object.keys(typed).length);
      },
    });
    assertEquals(Object.keys(command.options), [
      "deep",
      "size",
      "colour",
      ...Object.keys(commonOptions),
    ]);
    defineCommand({
      name: "another",
      summary: "Show",
      details: "Shows.",
      options: { orgId: connectionOptions.orgId },
      // @ts-expect-error: a connection needs more options than these
      inputs: { connection: (reading: InputContext<typeof connectionOptions>) => reading.settings },
      examples: [],
      run: () => Promise.resolve(0),
    });
  });

  it("each command is listed under its own name", async () => {
    for (const name of COMMAND_NAMES) assertEquals((await loadCommand(name)).name, name);
  });

  it("no command has two options of one name, and each default is a value of its option", async () => {
    for (const { name, options } of await loadCommands()) {
      const names = Object.values(options).map((option) => option.name);
      assertEquals(names.length, new Set(names).size, name);
      for (const { name: option, type, default: preset } of Object.values(options)) {
        if (preset === undefined) continue;
        assert(type.schema.safeParse(type.fromText(preset)).success, `${name} --${option}`);
      }
    }
  });

  it("settings that several commands take from the environment or a file mean the same to all", async () => {
    const owners = new Map<string, unknown>();
    for (const { name, options } of await loadCommands()) {
      for (const [key, option] of Object.entries(options)) {
        const places = [...option.env ?? [], ...option.file ? [`key ${key}`] : []];
        for (const place of places) {
          const known = owners.get(place) ?? option;
          owners.set(place, option);
          assertEquals(known === option, true, `${place} of ${name}`);
        }
      }
    }
  });
});
