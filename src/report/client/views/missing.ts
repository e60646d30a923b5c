import { visibleText } from "../element.ts";
import { heading, type View } from "../view.ts";

export function missing(what: string, id: string | undefined): View {
  return {
    title: "Not found",
    content: [heading("Not found", ["There is no ", what, " ", visibleText(id ?? "")])],
  };
}
