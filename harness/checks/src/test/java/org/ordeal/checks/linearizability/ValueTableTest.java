package org.ordeal.checks.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ValueTableTest {

  @Test
  void shouldTellHalvesOfSurrogatePairsApart() {
    List<String> texts =
        List.of("\ud800", "\udbff", "\udc00", "\ufffd", "\u00fc", "\ud83d\ude00", "\ude00\ud83d");
    ValueTable table = new ValueTable();
    int[] numbers = texts.stream().mapToInt(table::idOf).toArray();
    assertThat(numbers).doesNotHaveDuplicates();
    for (int i = 0; i < numbers.length; i++) {
      assertThat(table.value(numbers[i])).isEqualTo(texts.get(i));
      assertThat(table.idOf(texts.get(i))).isEqualTo(numbers[i]);
    }
  }

  @Test
  void shouldKnowOneZero() {
    ValueTable table = new ValueTable();
    assertThat(table.idOf(-0.0)).isEqualTo(table.idOf(0.0)).isNotEqualTo(table.idOf(0L));
    assertThat(table.idOf(List.of(-0.0))).isEqualTo(table.idOf(List.of(0.0)));
  }
}
