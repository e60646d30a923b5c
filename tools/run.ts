/** Runs a program to its end, and answers what it wrote to standard output. */
export async function run(
  program: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env" | "clearEnv"> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    ...options,
    env: { NO_COLOR: "1", ...options.env },
    args: [...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) {
    // The part that Deno appends for its own developers helps nobody here.
    const said = decoder.decode(stderr).replace(/\n+Stack backtrace:\n[^]*/, "").trim();
    throw new Error(`${program} ${args[0] ?? ""} failed:\n${said}`);
  }
  return decoder.decode(stdout);
}

/** Tells the person at the terminal how it went, in one line. */
export function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
