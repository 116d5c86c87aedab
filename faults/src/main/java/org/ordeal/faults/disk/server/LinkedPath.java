package org.ordeal.faults.disk.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.LinkStatistics;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.fuse.Opcode;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.Volume;

/**
 * The data path over TCP, as that of a network disk: whatever a proxy on the way does to the
 * connection happens to the disk.
 *
 * <pre>
 *   request   u32 payload | u32 opcode | u64 attempt | u64 epoch | u64 node | u64 offset | u32 length | u32 flags | payload
 *   answer    i32 payload, or negated errno | payload
 * </pre>
 *
 * <p>A connection carries one request at a time; there are as many as requests at once. A request
 * whose connection had been used before and breaks is tried once more on a new one, then the caller
 * gets EIO. An attempt that was given up is never carried out, however late it arrives: the storage
 * would overwrite what was written since. Thread-safe.
 */
final class LinkedPath implements DataPath, AutoCloseable {
  private static final int HEADER = 48;
  private static final int ATTEMPT_AT = 8;
  private static final int CONNECT_MILLIS = 5_000;
  private static final int WRITE_HEADER = 40;

  private final Volume volume;
  private final String name;
  private final InetSocketAddress address;
  private final ServerSocket storage;
  private final ConcurrentLinkedDeque<Socket> pool = new ConcurrentLinkedDeque<>();
  private final Map<Long, Exchange> busy = new ConcurrentHashMap<>();
  private final Map<Long, Exchange> attempts = new ConcurrentHashMap<>();
  private final AtomicLong lastAttempt = new AtomicLong();
  private final LongAdder answered = new LongAdder();
  private final LongAdder answeredNanos = new LongAdder();
  private final LongAdder bytesToStorage = new LongAdder();
  private final LongAdder bytesFromStorage = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final Set<Long> interrupted = ConcurrentHashMap.newKeySet();
  private final Set<Socket> accepted = ConcurrentHashMap.newKeySet();

  /** A request that is under way on a connection. */
  private static final class Exchange {
    private final Socket socket;
    private final long began = System.nanoTime();
    private boolean givenUp;

    Exchange(Socket socket) {
      this.socket = socket;
    }
  }

  /** Opens the storage end on a free port; {@code link} is where the other end will connect to. */
  LinkedPath(Volume volume, String name, String link) throws IOException {
    this.volume = volume;
    this.name = name;
    int colon = link.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("A link is HOST:PORT, but \"" + link + "\" was given.");
    }
    address =
        InetSocketAddress.createUnresolved(
            link.substring(0, colon), Integer.parseInt(link.substring(colon + 1)));
    storage = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("storage-" + name).start(this::accept);
  }

  /** Where a proxy must lead to. */
  String target() {
    return storage.getInetAddress().getHostAddress() + ":" + storage.getLocalPort();
  }

  private void accept() {
    while (!storage.isClosed()) {
      try {
        Socket socket = storage.accept();
        socket.setTcpNoDelay(true);
        accepted.add(socket);
        Thread.ofPlatform().daemon().name("storage-" + name).start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  /** The storage end of one connection. */
  private void serve(Socket socket) {
    try (socket;
        Arena arena = Arena.ofConfined()) {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
      OutputStream out = socket.getOutputStream();
      MemorySegment segment = arena.allocate(FuseRequest.MAX_DATA);
      byte[] bytes = new byte[4 + FuseRequest.MAX_DATA];
      while (true) {
        int payload = in.readInt();
        int opcode = in.readInt();
        long attempt = in.readLong();
        long epoch = in.readLong();
        long node = in.readLong();
        long offset = in.readLong();
        int length = in.readInt();
        boolean dropSetId = in.readInt() != 0;
        if (payload < 0 || payload > FuseRequest.MAX_DATA) {
          return;
        }
        in.readFully(bytes, 4, payload);
        MemorySegment.copy(bytes, 4, segment, JAVA_BYTE, 0, payload);
        Exchange exchange = attempts.get(attempt);
        if (exchange == null) {
          return; // given up: nobody reads this connection any more
        }
        int status;
        synchronized (exchange) {
          if (exchange.givenUp) {
            return;
          }
          status = apply(opcode, epoch, node, offset, length, dropSetId, segment);
        }
        int answer = opcode == Opcode.READ ? Math.max(0, status) : 0;
        MemorySegment.copy(segment, JAVA_BYTE, 0, bytes, 4, answer);
        ByteBuffer.wrap(bytes).putInt(status);
        out.write(bytes, 0, 4 + answer);
      }
    } catch (IOException e) {
      // The connection ended, or was cut.
    } finally {
      accepted.remove(socket);
    }
  }

  private int apply(
      int opcode,
      long epoch,
      long node,
      long offset,
      int length,
      boolean dropSetId,
      MemorySegment data) {
    try {
      volume.enter(epoch);
      try {
        Inode inode = volume.inode(node);
        switch (opcode) {
          case Opcode.READ -> {
            return volume.contents().read(inode, offset, length, data);
          }
          case Opcode.WRITE -> volume.contents().write(inode, offset, length, data, dropSetId);
          default -> volume.durability().sync(inode);
        }
        return 0;
      } finally {
        volume.exit();
      }
    } catch (ErrnoException e) {
      return -e.errno();
    } catch (IOException e) {
      return -Errno.EIO;
    }
  }

  @Override
  public int carry(FuseRequest request, long epoch) throws IOException {
    byte[] frame = frame(request, epoch);
    long unique = request.unique();
    Socket pooled = pool.pollFirst();
    if (pooled != null) {
      Integer result = exchange(pooled, frame, request);
      if (result != null) {
        return late(request, result);
      }
    }
    if (!interrupted.remove(unique)) {
      try {
        Integer result = exchange(connect(), frame, request);
        if (result != null) {
          return late(request, result);
        }
      } catch (IOException e) {
        broken.increment();
        throw new ErrnoException(
            Errno.EIO, "disk " + name + " can not reach its storage at " + address);
      }
    }
    throw new ErrnoException(
        interrupted.remove(unique) ? Errno.EINTR : Errno.EIO,
        "the link of disk " + name + " broke");
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
    socket.setTcpNoDelay(true);
    socket.connect(
        new InetSocketAddress(address.getHostString(), address.getPort()), CONNECT_MILLIS);
    return socket;
  }

  /** One request and its answer; null if the connection broke. */
  private @Nullable Integer exchange(Socket socket, byte[] frame, FuseRequest request) {
    long attempt = lastAttempt.incrementAndGet();
    ByteBuffer.wrap(frame).putLong(ATTEMPT_AT, attempt);
    Exchange exchange = new Exchange(socket);
    attempts.put(attempt, exchange);
    busy.put(request.unique(), exchange);
    try {
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
      answeredNanos.add(System.nanoTime() - exchange.began);
      bytesToStorage.add(frame.length);
      bytesFromStorage.add(4 + length);
      pool.addFirst(socket);
      return status;
    } catch (IOException e) {
      broken.increment();
      close(socket);
      // Waits while the storage is at it: then it is done before the next attempt, not after.
      synchronized (exchange) {
        exchange.givenUp = true;
      }
      return null;
    } finally {
      busy.remove(request.unique());
      attempts.remove(attempt);
    }
  }

  /** Counts since the mount. */
  LinkStatistics statistics() {
    long now = System.nanoTime();
    int waiting = 0;
    long longest = 0;
    for (Exchange exchange : busy.values()) {
      waiting++;
      longest = Math.max(longest, now - exchange.began);
    }
    return new LinkStatistics(
        answered.sum(),
        answeredNanos.sum(),
        bytesToStorage.sum(),
        bytesFromStorage.sum(),
        broken.sum(),
        waiting,
        longest);
  }

  @Override
  public void interrupted(long unique) {
    Exchange exchange = busy.get(unique);
    if (exchange != null) {
      interrupted.add(unique);
      close(exchange.socket);
    }
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
    accepted.forEach(LinkedPath::close);
    busy.values().forEach(exchange -> close(exchange.socket));
    pool.forEach(LinkedPath::close);
  }
}
