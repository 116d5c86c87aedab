package org.ordeal.faults.toxiproxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** All proxies of one server by name. Thread-safe; calls wait for the network. */
final class ProxyCollection {
  private final Transport transport;
  private final boolean loopbackOnly;
  private final ReentrantLock lock = new ReentrantLock();

  /** Sorted by name, as the index of all proxies is. Guarded by {@link #lock}. */
  private final Map<String, Proxy> proxies = new TreeMap<>();

  ProxyCollection(Transport transport, boolean loopbackOnly) {
    this.transport = transport;
    this.loopbackOnly = loopbackOnly;
  }

  /** All proxies, in order of name. */
  List<Proxy> all() {
    lock.lock();
    try {
      return new ArrayList<>(proxies.values());
    } finally {
      lock.unlock();
    }
  }

  Proxy get(String name) throws ApiException {
    lock.lock();
    try {
      Proxy proxy = proxies.get(name);
      if (proxy == null) {
        throw ApiException.proxyNotFound();
      }
      return proxy;
    } finally {
      lock.unlock();
    }
  }

  Proxy create(RequestBodies.ProxyInput input) throws ApiException {
    lock.lock();
    try {
      if (proxies.containsKey(input.name())) {
        throw ApiException.proxyAlreadyExists();
      }
      return place(input);
    } finally {
      lock.unlock();
    }
  }

  /** Adds a proxy, or puts it in the place of one that has its name but other addresses. */
  Proxy createOrReplace(RequestBodies.ProxyInput input) throws ApiException {
    lock.lock();
    try {
      Proxy existing = proxies.get(input.name());
      if (existing != null) {
        if (!existing.differs(input)) {
          return existing;
        }
        existing.stop();
      }
      return place(input);
    } finally {
      lock.unlock();
    }
  }

  private Proxy place(RequestBodies.ProxyInput input) throws ApiException {
    Proxy proxy = new Proxy(input, transport, loopbackOnly);
    if (input.enabled()) {
      proxy.start();
    }
    proxies.put(input.name(), proxy);
    return proxy;
  }

  void remove(String name) throws ApiException {
    lock.lock();
    try {
      get(name).stop();
      proxies.remove(name);
    } finally {
      lock.unlock();
    }
  }

  /** Stops and removes all. */
  void clear() {
    lock.lock();
    try {
      proxies.values().forEach(Proxy::stop);
      proxies.clear();
    } finally {
      lock.unlock();
    }
  }
}
