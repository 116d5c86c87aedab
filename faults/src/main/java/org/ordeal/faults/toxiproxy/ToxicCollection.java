package org.ordeal.faults.toxiproxy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The toxics of one proxy, in the order in which they were added, for each direction.
 *
 * <p>Changes are made under a lock, one after the other, and are in force on every open connection
 * when the method returns. Event loops read the current lists without a lock.
 */
final class ToxicCollection {
  private final LinkChanger links;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Map<Direction, List<Toxic>> chains =
      Map.of(Direction.UPSTREAM, List.of(), Direction.DOWNSTREAM, List.of());

  ToxicCollection(LinkChanger links) {
    this.links = links;
  }

  /** Applies a change to every link of a direction and waits until all have made it. */
  interface LinkChanger {
    void changeLinks(Direction direction, Consumer<ToxicLink> change);
  }

  /** The toxics of one direction; an immutable list. */
  List<Toxic> chain(Direction direction) {
    List<Toxic> chain = chains.get(direction);
    return chain == null ? List.of() : chain;
  }

  /** All toxics, upstream before downstream. */
  List<Toxic> all() {
    List<Toxic> all = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      all.addAll(chain(direction));
    }
    return all;
  }

  /** Whether a {@code reset_peer} is among them: connections opened now will close with RST. */
  boolean resetsPeers() {
    return all().stream().anyMatch(toxic -> toxic.type() == ToxicType.RESET_PEER);
  }

  Toxic get(String name) throws ApiException {
    Toxic toxic = find(name);
    if (toxic == null) {
      throw ApiException.toxicNotFound();
    }
    return toxic;
  }

  Toxic add(byte[] body) throws ApiException {
    lock.lock();
    try {
      GoJson.Value parsed = GoJson.parse(body);
      RequestBodies.ToxicInput input = RequestBodies.toxic(parsed);
      Direction direction =
          Direction.parse(input.stream()).orElseThrow(ApiException::invalidStream);
      String name = input.name().isEmpty() ? input.type() + "_" + input.stream() : input.name();
      ToxicType type = ToxicType.parse(input.type()).orElseThrow(ApiException::invalidToxicType);
      if (find(name) != null) {
        throw ApiException.toxicAlreadyExists();
      }
      long[] attributes = RequestBodies.attributes(parsed, type);
      Toxic toxic =
          new Toxic(
              name,
              type,
              input.stream(),
              direction,
              new Toxic.Settings(input.toxicity(), attributes));
      List<Toxic> longer = new ArrayList<>(chain(direction));
      longer.add(toxic);
      replace(direction, longer);
      links.changeLinks(direction, link -> link.add(toxic));
      return toxic;
    } finally {
      lock.unlock();
    }
  }

  Toxic update(String name, byte[] body) throws ApiException {
    lock.lock();
    try {
      Toxic toxic = get(name);
      toxic.change(RequestBodies.toxicUpdate(body, toxic.type(), toxic.settings()));
      links.changeLinks(toxic.direction(), link -> link.update(toxic));
      return toxic;
    } finally {
      lock.unlock();
    }
  }

  void remove(String name) throws ApiException {
    lock.lock();
    try {
      remove(get(name));
    } finally {
      lock.unlock();
    }
  }

  /** Removes all toxics. */
  void reset() {
    lock.lock();
    try {
      all().forEach(this::remove);
    } finally {
      lock.unlock();
    }
  }

  private void remove(Toxic toxic) {
    List<Toxic> shorter = new ArrayList<>(chain(toxic.direction()));
    shorter.remove(toxic);
    replace(toxic.direction(), shorter);
    links.changeLinks(toxic.direction(), link -> link.remove(toxic));
  }

  private void replace(Direction direction, List<Toxic> chain) {
    Map<Direction, List<Toxic>> changed = new EnumMap<>(chains);
    changed.put(direction, List.copyOf(chain));
    chains = changed;
  }

  private @Nullable Toxic find(String name) {
    for (Toxic toxic : all()) {
      if (toxic.name().equals(name)) {
        return toxic;
      }
    }
    return null;
  }
}
