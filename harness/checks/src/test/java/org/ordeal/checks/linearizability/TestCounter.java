package org.ordeal.checks.linearizability;

import java.util.List;
import java.util.Objects;

/** A model as a user would write it. */
public final class TestCounter implements SequentialModel {

  @Override
  public String name() {
    return "test-counter";
  }

  @Override
  public List<String> operations() {
    return List.of("add", "get");
  }

  @Override
  public Object initial() {
    return 0L;
  }

  @Override
  public List<Object> step(Object state, Call call) {
    if (call.f().equals("add") && call.argument() instanceof Long more) {
      return List.of((Long) state + more);
    }
    return !call.completed() || Objects.equals(call.result(), state) ? List.of(state) : List.of();
  }

  @Override
  public boolean observer(String f) {
    return f.equals("get");
  }
}
