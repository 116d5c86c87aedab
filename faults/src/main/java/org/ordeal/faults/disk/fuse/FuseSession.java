package org.ordeal.faults.disk.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.libc.MountCalls;

/**
 * One connection to the kernel: reads requests in as many threads as are needed to have one that
 * waits, and writes their answers.
 *
 * <p>A request that stands at a fault keeps its thread; another one takes its place. Thread-safe.
 */
public final class FuseSession implements AutoCloseable {
  private static final int MAX_THREADS = 1024;
  private static final int MAX_IDLE = 4;
  private static final int FIRST_THREADS = 2;
  private static final int MAX_BACKGROUND = 64;

  private static final int ASYNC_READ = 1;
  private static final int BIG_WRITES = 1 << 5;
  private static final int PARALLEL_DIROPS = 1 << 18;
  private static final int MAX_PAGES = 1 << 22;
  private static final int HANDLE_KILLPRIV_V2 = 1 << 28;

  /**
   * What is asked for; not ASYNC_DIO (1 << 15): a direct write through libaio or io_uring would
   * then be answered without the sync that O_DSYNC asks for.
   */
  private static final int WANTED =
      ASYNC_READ | BIG_WRITES | PARALLEL_DIROPS | MAX_PAGES | HANDLE_KILLPRIV_V2;

  private static final int NOTIFY_INVAL_INODE = 2;
  private static final int NOTIFY_INVAL_ENTRY = 3;

  private final int fd;
  private final FuseHandler handler;
  private final String name;
  private final AtomicInteger threads = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicBoolean shortOfThreads = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ThreadFactory readers;

  /** A session on the descriptor that a mount returned. */
  public FuseSession(int fd, String name, FuseHandler handler) {
    this(fd, name, handler, Thread.ofPlatform().daemon().name("fuse-" + name).factory());
  }

  /** The same with readers of one's own making. */
  FuseSession(int fd, String name, FuseHandler handler, ThreadFactory readers) {
    this.fd = fd;
    this.name = name;
    this.handler = handler;
    this.readers = readers;
  }

  /**
   * Greets the kernel and begins to serve.
   *
   * @throws IOException if the kernel speaks an older protocol than 7.31 (Linux 5.4)
   */
  public void start() throws IOException {
    FuseRequest request = new FuseRequest();
    try {
      long length = Libc.read(fd, request.in, FuseRequest.BUFFER);
      request.received(length);
      if (length < 0 || request.opcode() != Opcode.INIT) {
        throw new IOException("The kernel did not greet: " + length);
      }
      if (request.u32(0) != 7 || request.u32(4) < 31) {
        throw new IOException(
            "The kernel speaks FUSE "
                + request.u32(0)
                + "."
                + request.u32(4)
                + "; 7.31 (Linux 5.4) is needed.");
      }
      answer(fd, request, greet(request));
    } finally {
      request.free();
    }
    for (int i = 0; i < FIRST_THREADS; i++) {
      spawn();
    }
  }

  static int greet(FuseRequest request) {
    int readahead = request.u32(8);
    int offered = request.u32(12);
    request.clear(64);
    request.put32(0, 7);
    request.put32(4, 38);
    request.put32(8, readahead);
    request.put32(12, offered & WANTED);
    request.put16(16, MAX_BACKGROUND);
    request.put16(18, MAX_BACKGROUND * 3 / 4);
    request.put32(20, FuseRequest.MAX_DATA);
    request.put32(24, 1);
    request.put16(28, FuseRequest.MAX_DATA / 4096);
    return 64;
  }

  private void spawn() {
    if (threads.incrementAndGet() > MAX_THREADS) {
      threads.decrementAndGet();
      return;
    }
    try {
      readers.newThread(this::serve).start();
    } catch (RuntimeException | Error e) {
      threads.decrementAndGet();
      throw e;
    }
  }

  /**
   * Has another thread wait for requests if one can be made. Else this one, which has a request in
   * hand already, is to serve it and those that follow, as many at once as there are threads.
   */
  private void trySpawn() {
    try {
      spawn();
    } catch (RuntimeException | Error e) {
      if (shortOfThreads.compareAndSet(false, true)) {
        System.err.println("Disk " + name + " goes on with the threads that it has: " + e);
      }
    }
  }

  /** A descriptor of its own for a thread: the kernel then has a queue of answers for each. */
  private int ownDescriptor() {
    int own = Libc.open(FuseMount.DEVICE, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
    if (own >= 0 && MountCalls.cloneFuse(own, fd) < 0) {
      Libc.close(own);
      return fd;
    }
    return own < 0 ? fd : own;
  }

  private void serve() {
    int own = fd;
    try {
      own = ownDescriptor();
      serve(own);
    } finally {
      if (own != fd) {
        Libc.close(own);
      }
      if (threads.decrementAndGet() == 0) {
        ended.countDown();
      }
    }
  }

  private void serve(int own) {
    FuseRequest request = new FuseRequest();
    try {
      while (true) {
        idle.incrementAndGet();
        long length = Libc.read(own, request.in, FuseRequest.BUFFER);
        int idleNow = idle.decrementAndGet();
        if (length < 0) {
          if (length == -Errno.EINTR || length == -Errno.EAGAIN || length == -Errno.ENOENT) {
            continue;
          }
          if (length != -Errno.ENODEV) {
            System.err.println(
                "Reading requests of disk " + name + ": " + Errno.name((int) -length));
          }
          return;
        }
        if (idleNow == 0) {
          trySpawn();
        }
        request.received(length);
        one(own, request);
        if (idle.get() >= MAX_IDLE) {
          return;
        }
      }
    } finally {
      request.free();
    }
  }

  private void one(int own, FuseRequest request) {
    int opcode = request.opcode();
    if (opcode == Opcode.INTERRUPT) {
      handler.interrupted(request.u64(0));
      return;
    }
    int result;
    try {
      result = opcode == Opcode.DESTROY ? 0 : handler.serve(request);
    } catch (RuntimeException | Error e) {
      System.err.println("Request " + opcode + " of disk " + name + " failed within the daemon:");
      e.printStackTrace();
      result = -Errno.EIO;
    }
    if (result != FuseHandler.NO_ANSWER) {
      answer(own, request, result);
    }
  }

  private void answer(int own, FuseRequest request, int result) {
    int payload = Math.max(0, result);
    request.out.set(JAVA_INT_UNALIGNED, 0, FuseRequest.OUT_HEADER + payload);
    request.out.set(JAVA_INT_UNALIGNED, 4, Math.min(0, result));
    request.out.set(JAVA_LONG_UNALIGNED, 8, request.unique());
    long written = Libc.write(own, request.out, FuseRequest.OUT_HEADER + (long) payload);
    if (written < 0 && written != -Errno.ENOENT && written != -Errno.ENODEV) {
      System.err.println(
          "The kernel refused the answer to request "
              + request.opcode()
              + " of disk "
              + name
              + ": "
              + Errno.name((int) -written));
    }
  }

  /**
   * Makes the kernel forget a name. Must not be called by a thread that serves a request or holds a
   * lock that one needs: the kernel waits for requests on the directory first.
   */
  public void forgetName(long directory, String entry) {
    byte[] bytes = entry.getBytes(StandardCharsets.ISO_8859_1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(33L + bytes.length, 8);
      notification(message, NOTIFY_INVAL_ENTRY);
      message.set(JAVA_LONG_UNALIGNED, 16, directory);
      message.set(JAVA_INT_UNALIGNED, 24, bytes.length);
      MemorySegment.copy(bytes, 0, message, JAVA_BYTE, 32, bytes.length);
      Libc.write(fd, message, message.byteSize());
    }
  }

  /**
   * Makes the kernel forget the attributes and cached pages of an inode; the same caution holds.
   */
  public void forgetContent(long inode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(40, 8);
      notification(message, NOTIFY_INVAL_INODE);
      message.set(JAVA_LONG_UNALIGNED, 16, inode);
      message.set(JAVA_LONG_UNALIGNED, 24, 0L);
      message.set(JAVA_LONG_UNALIGNED, 32, 0L);
      Libc.write(fd, message, message.byteSize());
    }
  }

  private static void notification(MemorySegment message, int code) {
    message.set(JAVA_INT_UNALIGNED, 0, (int) message.byteSize());
    message.set(JAVA_INT_UNALIGNED, 4, code);
    message.set(JAVA_LONG_UNALIGNED, 8, 0L);
  }

  /**
   * Waits until the mount is gone and all requests are served. Returns whether that came in time.
   */
  public boolean awaitEnd(long millis) {
    try {
      return ended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Ends the connection, if it has not ended: requests of whoever still uses the mount fail with
   * ENOTCONN.
   */
  @Override
  public void close() {
    Libc.close(fd);
  }
}
