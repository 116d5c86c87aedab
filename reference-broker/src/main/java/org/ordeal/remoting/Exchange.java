package org.ordeal.remoting;

import java.util.concurrent.atomic.AtomicBoolean;

/** One request and the chance to answer it, once. Thread-safe. */
public final class Exchange {
  private final Command request;
  private final Peer peer;
  private final AtomicBoolean answered = new AtomicBoolean();

  Exchange(Command request, Peer peer) {
    this.request = request;
    this.peer = peer;
  }

  public Command request() {
    return request;
  }

  public Fields fields() {
    return Fields.of(request);
  }

  /** Who asked. */
  public Peer peer() {
    return peer;
  }

  /** Sends the answer; later calls, and answers to one-way requests, go nowhere. */
  public void reply(Command answer) {
    if (answered.compareAndSet(false, true) && !request.isOneWay()) {
      peer.send(answer.withOpaque(request.opaque(), request.format()));
    }
  }

  public void reply(int code, String remark) {
    reply(Command.answer(code, remark));
  }

  /** Closes the connection without an answer: for outcomes that no answer could tell. */
  public void drop() {
    answered.set(true);
    peer.close();
  }
}
