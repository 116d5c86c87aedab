package org.ordeal.faults.disk.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.LinkStatistics;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.fuse.Opcode;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.toxic.CallerState;
import org.ordeal.faults.disk.volume.Volume;

/**
 * The data path over TCP, as that of a network disk: whatever a proxy on the way does to the
 * connection happens to the disk. {@link StorageEnd} is the other end.
 *
 * <p>A connection carries one request at a time; there are as many as requests at once. A request
 * whose connection had been used before and breaks is tried once more on a new one, then the caller
 * gets EIO. Thread-safe.
 */
final class LinkedPath implements DataPath, AutoCloseable {
  static final int HEADER = 48;
  private static final int ATTEMPT_AT = 8;
  private static final int CONNECT_MILLIS = 5_000;
  private static final int WRITE_HEADER = 40;
  private static final int MOST_IDLE = 8;
  private static final int MOST_EARLY = 1_024;

  /** The kernel tells of a caller's first signal only: what follows must be looked at. */
  private static final long LOOK_MILLIS = 100;

  private final String name;
  private final InetSocketAddress address;
  private final StorageEnd storage;
  private final ConcurrentLinkedDeque<Socket> pool = new ConcurrentLinkedDeque<>();
  private final Map<Long, Call> calls = new ConcurrentHashMap<>();
  private final BlockingQueue<Call> signalled = new LinkedBlockingQueue<>();

  /** Requests whose callers had a signal before they came here. */
  private final Set<Long> early = ConcurrentHashMap.newKeySet();

  private final LongAdder answered = new LongAdder();
  private final LongAdder answeredNanos = new LongAdder();
  private final TimeHistogram times = new TimeHistogram();
  private final LongAdder bytesToStorage = new LongAdder();
  private final LongAdder bytesFromStorage = new LongAdder();
  private final LongAdder broken = new LongAdder();

  /** A request that somebody waits for. */
  private static final class Call {
    private final int caller;
    private final long began = System.nanoTime();
    private volatile @Nullable Socket socket;
    private volatile boolean dying;
    private volatile boolean done;

    Call(int caller) {
      this.caller = caller;
    }
  }

  /** Opens the storage end on a free port; {@code link} is where the other end will connect to. */
  LinkedPath(Volume volume, String name, String link) throws IOException {
    this.name = name;
    int colon = link.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("A link is HOST:PORT, but \"" + link + "\" was given.");
    }
    address =
        InetSocketAddress.createUnresolved(
            link.substring(0, colon), Integer.parseInt(link.substring(colon + 1)));
    storage = StorageEnd.open(volume, name);
    Thread.ofPlatform().daemon().name("callers-" + name).start(this::watchCallers);
  }

  /** Where a proxy must lead to. */
  String target() {
    return storage.address();
  }

  @Override
  public int carry(FuseRequest request, long epoch) throws IOException {
    byte[] frame = frame(request, epoch);
    Call call = new Call(request.caller());
    calls.put(request.unique(), call);
    try {
      if (early.remove(request.unique())) {
        signalled.add(call);
      }
      Socket pooled = pool.pollFirst();
      if (pooled != null) {
        Integer result = exchange(call, pooled, frame, request);
        if (result != null) {
          return late(request, result);
        }
        // It may have been dead since it was last used, which says nothing of the link now.
      }
      if (!call.dying) {
        Integer result = exchange(call, connect(), frame, request);
        if (result != null) {
          return late(request, result);
        }
      }
      if (call.dying) {
        throw new ErrnoException(Errno.EINTR, "the caller on disk " + name + " was killed");
      }
      broken.increment();
      throw new ErrnoException(Errno.EIO, "the link of disk " + name + " broke");
    } finally {
      call.done = true;
      calls.remove(request.unique());
    }
  }

  private static int late(FuseRequest request, int result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(-result, "the storage end");
    }
    if (request.opcode() == Opcode.WRITE) {
      request.put32(0, request.u32(16));
      request.put32(4, 0);
      return 8;
    }
    return result;
  }

  private static byte[] frame(FuseRequest request, long epoch) {
    boolean fsync = request.opcode() == Opcode.FSYNC;
    boolean write = request.opcode() == Opcode.WRITE;
    int length = fsync ? 0 : Math.min(request.u32(16), FuseRequest.MAX_DATA);
    byte[] frame = new byte[HEADER + (write ? length : 0)];
    ByteBuffer.wrap(frame)
        .putInt(write ? length : 0)
        .putInt(request.opcode())
        .putLong(0)
        .putLong(epoch)
        .putLong(request.node())
        .putLong(fsync ? 0 : request.u64(8))
        .putInt(length)
        .putInt(write && (request.u32(20) & 4) != 0 ? 1 : 0);
    if (write) {
      MemorySegment.copy(request.data(WRITE_HEADER, length), JAVA_BYTE, 0, frame, HEADER, length);
    }
    return frame;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(address.getHostString(), address.getPort()), CONNECT_MILLIS);
      return socket;
    } catch (IOException e) {
      close(socket);
      broken.increment();
      throw new ErrnoException(
          Errno.EIO, "disk " + name + " can not reach its storage at " + address);
    }
  }

  /** One request and its answer; null if the connection broke, or was broken for the caller. */
  private @Nullable Integer exchange(Call call, Socket socket, byte[] frame, FuseRequest request) {
    long attempt = storage.expect();
    ByteBuffer.wrap(frame).putLong(ATTEMPT_AT, attempt);
    call.socket = socket;
    try {
      if (call.dying) {
        throw new EOFException("the caller is gone");
      }
      socket.getOutputStream().write(frame);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int status = in.readInt();
      int length = 0;
      if (status > 0 && request.opcode() == Opcode.READ) {
        byte[] data = in.readNBytes(status);
        if (data.length < status) {
          throw new EOFException("a short answer");
        }
        request.putBytes(0, data);
        length = status;
      }
      answered.increment();
      long nanos = System.nanoTime() - call.began;
      answeredNanos.add(nanos);
      times.add(nanos);
      bytesToStorage.add(frame.length);
      bytesFromStorage.add(4 + length);
      keep(socket);
      return status;
    } catch (IOException e) {
      close(socket);
      return null;
    } finally {
      call.socket = null;
      storage.noLongerExpect(attempt);
    }
  }

  private void keep(Socket socket) {
    if (pool.size() < MOST_IDLE) {
      pool.addFirst(socket);
    } else {
      close(socket);
    }
  }

  /** Counts since the mount. */
  LinkStatistics statistics() {
    long now = System.nanoTime();
    int waiting = 0;
    long longest = 0;
    for (Call call : calls.values()) {
      waiting++;
      longest = Math.max(longest, now - call.began);
    }
    return new LinkStatistics(
        answered.sum(),
        answeredNanos.sum(),
        times.median(),
        bytesToStorage.sum(),
        bytesFromStorage.sum(),
        broken.sum(),
        waiting,
        longest);
  }

  /** A signal ends a request only where it ends the caller: one that is stopped waits on. */
  @Override
  public void interrupted(long unique) {
    Call call = calls.get(unique);
    if (call != null) {
      signalled.add(call);
      return;
    }
    if (early.size() >= MOST_EARLY) {
      early.clear();
    }
    early.add(unique);
    call = calls.get(unique);
    if (call != null && early.remove(unique)) {
      signalled.add(call);
    }
  }

  /** Breaks the connection of each request whose caller is about to go. */
  private void watchCallers() {
    List<Call> watched = new ArrayList<>();
    try {
      while (!storage.closed()) {
        Call next =
            watched.isEmpty()
                ? signalled.poll(1, TimeUnit.SECONDS)
                : signalled.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          watched.add(next);
        }
        watched.removeIf(LinkedPath::ended);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean ended(Call call) {
    if (call.done) {
      return true;
    }
    if (!CallerState.dying(call.caller)) {
      return false;
    }
    call.dying = true;
    Socket socket = call.socket;
    if (socket != null) {
      close(socket);
    }
    return true;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }

  @Override
  public void close() throws IOException {
    storage.close();
    calls
        .values()
        .forEach(
            call -> {
              Socket socket = call.socket;
              if (socket != null) {
                close(socket);
              }
            });
    pool.forEach(LinkedPath::close);
  }
}
