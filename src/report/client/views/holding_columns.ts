import { formatGrantedBy, formatObstacles, type Holding } from "../../../snapshot/query/holding.ts";
import { h, visibleText } from "../element.ts";
import type { Column } from "../table.ts";
import { day, renderUsability } from "../view.ts";

/** The columns that tables of grants share: whether a grant can be used, and since when it is held. */
export function holdingColumns(sinceWidth: string): Column<Holding>[] {
  return [
    {
      key: "use",
      head: "Use",
      width: "20%",
      cell: renderUsability,
      sortBy: ({ obstacles }) => formatObstacles(obstacles),
    },
    {
      key: "since",
      head: "Since",
      width: sinceWidth,
      cell: (holding) => {
        const giving = formatGrantedBy(holding);
        return [
          day(holding.since),
          giving !== undefined && h("small", {}, " ", visibleText(giving)),
        ];
      },
      sortBy: ({ since }) => since,
      isTime: true,
    },
  ];
}
