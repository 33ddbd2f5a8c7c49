package io.codonloom.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of text; numbers stand right-aligned under each other. */
final class Table {
  private final List<String> heads;
  private final int textColumns;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Boolean> strong = new ArrayList<>();

  /**
   * @param textColumns how many of the first columns hold text; the others hold numbers
   */
  Table(int textColumns, String... heads) {
    this.heads = List.of(heads);
    this.textColumns = textColumns;
  }

  Table row(String... cells) {
    return row(false, List.of(cells));
  }

  Table row(boolean emphasized, List<String> cells) {
    rows.add(List.copyOf(cells));
    strong.add(emphasized);
    return this;
  }

  void write(Markup page) {
    boolean headless = heads.stream().allMatch(String::isEmpty);
    page.open("div", "class", "scroll").open("table", "class", headless ? "facts" : "rows");
    if (!headless) {
      page.open("thead").open("tr");
      for (int column = 0; column < heads.size(); column++) {
        cell(page, "th", heads.get(column), column);
      }
      page.close().close();
    }
    page.open("tbody");
    for (int i = 0; i < rows.size(); i++) {
      if (strong.get(i)) {
        page.open("tr", "class", "strong");
      } else {
        page.open("tr");
      }
      for (int column = 0; column < heads.size(); column++) {
        cell(page, "td", rows.get(i).get(column), column);
      }
      page.close();
    }
    page.close().close().close();
  }

  private void cell(Markup page, String tag, String text, int column) {
    if (column < textColumns) {
      page.element(tag, text);
    } else {
      page.element(tag, text, "class", "number");
    }
  }
}
