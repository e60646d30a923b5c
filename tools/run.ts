/** Runs a program to its end, and answers what it wrote to standard output. */
export async function run(
  program: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    ...options,
    args: [...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(`${program} ${args[0] ?? ""} failed:\n${decoder.decode(stderr).trim()}`);
  }
  return decoder.decode(stdout);
}
