package org.ordeal.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PropertyFileTest {
  @Test
  void shouldReadWhatPropertiesReads() throws Exception {
    var file = PropertyFile.parse("f", "# c\n a = 1\\\n  2\nb:x\n!c=3\nd=\\u0041\n");
    assertThat(file.number("a", 0, 0, 99)).isEqualTo(12);
    assertThat(file.text("b")).isEqualTo("x");
    assertThat(file.text("d")).isEqualTo("A");
    assertThat(file.finish()).isEmpty();
  }

  @Test
  void shouldNameFileLineKeyAndValueOfEachBadValue() throws Exception {
    var file =
        PropertyFile.parse("f.conf", "\nlistenPort=9890 # x\nflag=yes\nblank=1 \nbig=70000\n");
    file.number("listenPort", 1, 1, 65535);
    file.flag("flag", false);
    file.number("blank", 1, 0, 9);
    file.number("big", 1, 0, 65535);
    assertThatThrownBy(file::finish)
        .hasMessageContaining("f.conf:2: listenPort=\"9890 # x\" has a comment behind the value")
        .hasMessageContaining("f.conf:3: flag=\"yes\" must be true or false")
        .hasMessageContaining("f.conf:4: blank=\"1 \" ends with blanks")
        .hasMessageContaining("f.conf:5: big=\"70000\" must be a whole number from 0 to 65535");
  }

  @Test
  void shouldNameKeysThatNobodyServes() throws Exception {
    var file = PropertyFile.parse("f.conf", "known=1\nunknown=2\n");
    file.number("known", 0, 0, 9);
    assertThat(file.finish())
        .containsExactly("f.conf:2: unknown is not served here and has no effect (value \"2\").");
  }
}
