package org.ordeal.faults.disk.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.fuse.Opcode;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.Volume;

/**
 * The storage of a disk whose data path is a TCP connection.
 *
 * <pre>
 *   request   u32 payload | u32 opcode | u64 attempt | u64 epoch | u64 node | u64 offset | u32 length | u32 flags | payload
 *   answer    i32 payload, or negated errno | payload
 * </pre>
 *
 * <p>An attempt that was given up is never carried out, however late it arrives: it would overwrite
 * what was written since. Thread-safe.
 */
final class StorageEnd implements AutoCloseable {
  private static final int SMALL = 64 << 10;

  private final Volume volume;
  private final String name;
  private final ServerSocket listener;
  private final Set<Socket> accepted = ConcurrentHashMap.newKeySet();
  private final Map<Long, Attempt> attempts = new ConcurrentHashMap<>();
  private final AtomicLong lastAttempt = new AtomicLong();

  /** A request on one connection; its lock is held while it is carried out. */
  private static final class Attempt {
    private boolean givenUp;
  }

  private StorageEnd(Volume volume, String name, ServerSocket listener) {
    this.volume = volume;
    this.name = name;
    this.listener = listener;
  }

  /** Listens on a free port of loopback. */
  static StorageEnd open(Volume volume, String name) throws IOException {
    StorageEnd end =
        new StorageEnd(volume, name, new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
    Thread.ofPlatform().daemon().name("storage-" + name).start(end::accept);
    return end;
  }

  /** {@code host:port} at which it listens. */
  String address() {
    return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
  }

  /** The number of an attempt that is about to be sent. */
  long expect() {
    long number = lastAttempt.incrementAndGet();
    attempts.put(number, new Attempt());
    return number;
  }

  /**
   * An attempt was answered or given up. Waits while it is being carried out, so that it is done
   * before the next attempt and not after.
   */
  void noLongerExpect(long number) {
    Attempt attempt = attempts.remove(number);
    if (attempt != null) {
      synchronized (attempt) {
        attempt.givenUp = true;
      }
    }
  }

  boolean closed() {
    return listener.isClosed();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
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
      MemorySegment segment = arena.allocate(SMALL);
      byte[] bytes = new byte[4 + SMALL];
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
        if (Math.max(payload, length) > segment.byteSize()) {
          segment = arena.allocate(FuseRequest.MAX_DATA);
          bytes = new byte[4 + FuseRequest.MAX_DATA];
        }
        in.readFully(bytes, 4, payload);
        MemorySegment.copy(bytes, 4, segment, JAVA_BYTE, 0, payload);
        Attempt wanted = attempts.get(attempt);
        if (wanted == null) {
          return; // given up: nobody reads this connection any more
        }
        int status;
        synchronized (wanted) {
          if (wanted.givenUp) {
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
  public void close() throws IOException {
    listener.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }
}
