package org.ordeal.checks.log;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From offset to a value's number and the position of the event that said so. In pages, because
 * offsets are dense but need not begin at 0.
 */
final class OffsetTable {

  static final int NOTHING = -1;
  private static final int PAGE_BITS = 12;
  private static final int PAGE = 1 << PAGE_BITS;

  private static final class Page {
    final int[] values = new int[PAGE];
    final int[] positions = new int[PAGE];

    Page() {
      Arrays.fill(values, NOTHING);
    }
  }

  private final TreeMap<Long, Page> pages = new TreeMap<>();
  private long lastNumber = Long.MIN_VALUE;
  private @Nullable Page lastPage;
  private long size;

  private @Nullable Page page(long offset) {
    long number = offset >> PAGE_BITS;
    if (number != lastNumber) {
      lastPage = pages.get(number);
      lastNumber = number;
    }
    return lastPage;
  }

  /** Number of the value at an offset, or {@link #NOTHING}. */
  int value(long offset) {
    Page page = page(offset);
    return page == null ? NOTHING : page.values[(int) offset & (PAGE - 1)];
  }

  /** Position of the event that told the value. */
  int position(long offset) {
    Page page = page(offset);
    return page == null ? NOTHING : page.positions[(int) offset & (PAGE - 1)];
  }

  /** Notes a value at an offset that has none yet. */
  void put(long offset, int value, int position) {
    Page page = page(offset);
    if (page == null) {
      page = new Page();
      pages.put(offset >> PAGE_BITS, page);
      lastPage = page;
      lastNumber = offset >> PAGE_BITS;
    }
    int at = (int) offset & (PAGE - 1);
    if (page.values[at] == NOTHING) {
      size++;
    }
    page.values[at] = value;
    page.positions[at] = position;
  }

  /** One past the highest offset that has a value; 0 if none has. */
  long end() {
    Map.Entry<Long, Page> last = pages.lastEntry();
    if (last == null) {
      return 0;
    }
    int at = PAGE - 1;
    while (at > 0 && last.getValue().values[at] == NOTHING) {
      at--;
    }
    return (last.getKey() << PAGE_BITS) + at + 1;
  }

  /** How many offsets have a value. */
  long size() {
    return size;
  }

  /** Bytes that the table takes, roughly. */
  long bytes() {
    return pages.size() * (8L * PAGE + 100);
  }

  /** Takes one entry. */
  @FunctionalInterface
  interface Visitor {
    void visit(long offset, int value, int position);
  }

  /** Visits every entry in order of offset. */
  void forEach(Visitor visitor) {
    for (Map.Entry<Long, Page> entry : pages.entrySet()) {
      long base = entry.getKey() << PAGE_BITS;
      Page page = entry.getValue();
      for (int i = 0; i < PAGE; i++) {
        if (page.values[i] != NOTHING) {
          visitor.visit(base + i, page.values[i], page.positions[i]);
        }
      }
    }
  }
}
