package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;
import org.ordeal.faults.disk.libc.FileStat;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.volume.Inode.DurableName;

/**
 * One disk: its inodes, its journal, its backing directory, and when what becomes durable.
 *
 * <p>Every operation is called between {@link #enter} and {@link #exit}, so that it is whole before
 * a cut or has not begun. Names are in {@link NameSpace}, content and attributes here. Thread-safe.
 * Errors are {@link ErrnoException}s, to be handed to the caller of the system call.
 */
public final class Volume implements AutoCloseable {
  /** The root's number, in every epoch. */
  public static final long ROOT = 1;

  private static final int INODE_BYTES = 4096;

  /**
   * How a volume behaves; see {@link org.ordeal.faults.disk.DiskOptions}.
   *
   * @param dataAgeMillis age at which data is written back, -1 never
   * @param metadataAgeMillis age at which metadata is committed, -1 never
   */
  public record Settings(
      MetadataMode metadata,
      long dataAgeMillis,
      long metadataAgeMillis,
      long dirtyBytes,
      boolean flushOnReplace,
      boolean hostSync,
      @Nullable Long capacityBytes) {}

  final Settings settings;
  final Counters counters = new Counters();
  final PagePool pool;
  final DurableTree tree;
  final Journal journal = new Journal();
  final ReentrantReadWriteLock epochLock = new ReentrantReadWriteLock();
  final ReentrantLock names = new ReentrantLock();
  final ConcurrentHashMap<Long, Inode> inodes = new ConcurrentHashMap<>();
  final Set<Inode> metadataPending = ConcurrentHashMap.newKeySet();
  final Set<Inode> flushWithMetadata = ConcurrentHashMap.newKeySet();
  final Set<Inode> dirtyFiles = ConcurrentHashMap.newKeySet();
  final AtomicLong used = new AtomicLong();
  private final Map<Long, Inode> hardLinked = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(ROOT);
  private final String root;
  private final WriteBack writeBack;
  private final NameSpace nameSpace;
  private final AtomicLong epoch = new AtomicLong();
  private volatile Set<String> namesBeforeCut = Set.of();
  private volatile long pendingSince;
  private volatile boolean closed;
  private volatile Space space = Space.UNLIMITED;

  /**
   * Opens the volume whose durable state is a directory.
   *
   * @param root the backing directory, which exists; one char for each byte
   * @param orphans a directory for what is durable without a name; on the same file system, emptied
   *     now
   */
  public Volume(String root, String orphans, Settings settings) throws IOException {
    this.root = root;
    this.settings = settings;
    this.pool = new PagePool(settings.dirtyBytes());
    this.tree = new DurableTree(root, orphans);
    this.nameSpace = new NameSpace(this);
    loadRoot();
    if (settings.capacityBytes() != null) {
      used.set(sizeOf(root));
    }
    this.writeBack = new WriteBack(this);
  }

  private static long sizeOf(String directory) throws ErrnoException {
    long bytes = 0;
    for (String name : Libc.list(directory)) {
      FileStat stat = Libc.lstat(directory + "/" + name);
      boolean isDirectory = (stat.mode() & Inode.S_IFMT) == Inode.S_IFDIR;
      bytes += isDirectory ? sizeOf(directory + "/" + name) : stat.size();
    }
    return bytes;
  }

  /** Operations on names. */
  public NameSpace names() {
    return nameSpace;
  }

  /** Its counters. */
  public Counters counters() {
    return counters;
  }

  /** How often it has lost power. */
  public long epoch() {
    return epoch.get();
  }

  /** Uncommitted changes of names, sizes and attributes. */
  public long pendingMetadata() {
    return (long) journal.size() + metadataPending.size();
  }

  /** Whom to ask before anything is allocated. */
  public void setSpace(Space space) {
    this.space = space;
  }

  /**
   * Begins an operation; {@link #exit} must follow if this returns.
   *
   * @param expected the epoch in which the operation was asked for
   * @throws ErrnoException ESTALE if the power has been cut since
   */
  public void enter(long expected) throws ErrnoException {
    epochLock.readLock().lock();
    if (epoch.get() != expected || closed) {
      epochLock.readLock().unlock();
      throw new ErrnoException(Errno.ESTALE, "the disk lost power");
    }
  }

  /** Ends an operation. */
  public void exit() {
    epochLock.readLock().unlock();
  }

  /**
   * The inode with that number.
   *
   * @throws ErrnoException ESTALE if there is none, such as one of an earlier epoch
   */
  public Inode inode(long id) throws ErrnoException {
    Inode inode = inodes.get(id);
    if (inode == null) {
      throw new ErrnoException(Errno.ESTALE, "inode " + id);
    }
    return inode;
  }

  /** The inode with that number, or null. */
  public @Nullable Inode find(long id) {
    return inodes.get(id);
  }

  /**
   * One of the paths of an inode within the disk, as text without a leading slash; the root is
   * empty.
   */
  public String path(Inode inode) {
    StringBuilder path = new StringBuilder();
    Inode at = inode;
    for (int depth = 0; at.parent != null && depth < 4096; depth++) {
      path.insert(0, path.isEmpty() ? at.name : at.name + "/");
      at = at.parent;
    }
    return Libc.display(path.toString());
  }

  /**
   * The names in the root directory as far as anybody has looked, for telling the kernel to forget
   * them.
   */
  public Set<String> rootNames() {
    names.lock();
    try {
      Inode top = inodes.get(ROOT);
      return top == null || top.children == null ? Set.of() : Set.copyOf(top.children.keySet());
    } finally {
      names.unlock();
    }
  }

  /** The names that the root directory had when the power was cut last. */
  public Set<String> namesBeforeCut() {
    return namesBeforeCut;
  }

  /**
   * Paths of the files that somebody has open, for making the kernel write their memory maps back.
   */
  public List<String> openPaths() {
    names.lock();
    try {
      return inodes.values().stream()
          .filter(i -> i.isRegular() && i.opens.get() > 0 && i.links > 0)
          .map(i -> Libc.bytesOf(path(i)))
          .toList();
    } finally {
      names.unlock();
    }
  }

  // ---- loading ----

  private void loadRoot() throws IOException {
    FileStat stat = Libc.lstat(root);
    Inode top = new Inode(ROOT, stat.mode(), 0, null, null);
    fill(top, stat);
    top.materialized = true;
    inodes.put(ROOT, top);
  }

  /** Makes the inode of a name in the backing tree; called under the name-space lock. */
  Inode load(Inode directory, String name, String path) throws IOException {
    FileStat stat = Libc.lstat(path);
    Inode known = hardLinked.get(stat.ino());
    if (known != null) {
      known.durableNames.add(new DurableName(directory, name));
      return known;
    }
    int type = stat.mode() & Inode.S_IFMT;
    FileData data = type == Inode.S_IFREG ? new FileData(pool, counters, stat.size()) : null;
    String target = type == Inode.S_IFLNK ? Libc.readlink(path) : null;
    Inode inode = new Inode(ids.incrementAndGet(), stat.mode(), stat.rdev(), data, target);
    fill(inode, stat);
    inode.materialized = true;
    inode.parent = directory;
    inode.name = name;
    inode.durableNames.add(new DurableName(directory, name));
    if (stat.nlink() > 1 && type != Inode.S_IFDIR) {
      hardLinked.put(stat.ino(), inode);
    }
    inodes.put(inode.id(), inode);
    return inode;
  }

  private static void fill(Inode inode, FileStat stat) {
    inode.uid = stat.uid();
    inode.gid = stat.gid();
    inode.atime = stat.atime();
    inode.mtime = stat.mtime();
    inode.ctime = stat.ctime();
    inode.links = stat.nlink();
    inode.backingBlocks = stat.blocks();
  }

  /** A new object that is not in the backing tree yet. */
  Inode create(int mode, int rdev, int uid, int gid, @Nullable String target) {
    FileData data = (mode & Inode.S_IFMT) == Inode.S_IFREG ? new FileData(pool, counters, 0) : null;
    Inode inode = new Inode(ids.incrementAndGet(), mode, rdev, data, target);
    inode.uid = uid;
    inode.gid = gid;
    inode.atime = now();
    inode.mtime = inode.atime;
    inode.ctime = inode.atime;
    inode.xattrs = new TreeMap<>();
    inodes.put(inode.id(), inode);
    return inode;
  }

  static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  // ---- space ----

  /** Accounts for an object that is to be made. */
  void allocateInode(Inode directory) throws ErrnoException {
    allocate(directory, INODE_BYTES, 0);
  }

  private void allocate(Inode inode, long bytes, long growth) throws ErrnoException {
    Long capacity = settings.capacityBytes();
    if (capacity != null && growth > 0 && used.get() + growth > capacity) {
      throw new ErrnoException(Errno.ENOSPC, "the disk is full");
    }
    if (bytes > 0 && !space.allocate(inode, bytes)) {
      throw new ErrnoException(Errno.ENOSPC, "the disk is full by a fault");
    }
    used.addAndGet(growth);
  }

  /** Bytes in use, as far as known. */
  public long usedBytes() {
    return Math.max(0, used.get());
  }

  /** The size it shows. */
  public long capacityBytes() {
    Long capacity = settings.capacityBytes();
    return capacity == null ? 1L << 40 : capacity;
  }

  // ---- content ----

  /** Notes that somebody has a file or directory open. */
  public void opened(Inode inode) throws IOException {
    inode.opens.incrementAndGet();
    try {
      ensureOpen(inode);
    } catch (IOException e) {
      inode.opens.decrementAndGet();
      throw e;
    }
  }

  /** Notes that it is closed again. */
  public void released(Inode inode) {
    int opens = inode.opens.decrementAndGet();
    if (inode.isRegular() && settings.flushOnReplace() && inode.file().rewritten()) {
      flushWithMetadata.add(inode);
      pending(inode);
    }
    if (opens <= 0) {
      nameSpace.idle(inode);
    }
  }

  private void ensureOpen(Inode inode) throws IOException {
    if (inode.isRegular() && inode.materialized && inode.file().fd() < 0) {
      names.lock();
      try {
        if (inode.orphanPath != null || !inode.durableNames.isEmpty()) {
          tree.open(inode);
        }
      } finally {
        names.unlock();
      }
    }
  }

  /** Reads; returns how many bytes, 0 at the end of the file. */
  public int read(Inode inode, long offset, int length, MemorySegment into) throws IOException {
    ensureOpen(inode);
    int count = regular(inode).read(offset, length, into);
    counters.bytesRead.add(count);
    return count;
  }

  /** Writes all of it or fails. */
  public void write(Inode inode, long offset, int length, MemorySegment from, boolean dropSetId)
      throws IOException {
    if (length == 0) {
      return;
    }
    ensureOpen(inode);
    FileData data = regular(inode);
    long growth = Math.max(0, offset + length - data.size());
    if (space.limited() || settings.capacityBytes() != null) {
      allocate(inode, data.unallocated(offset, offset + length), growth);
    } else {
      used.addAndGet(growth);
    }
    int slots = (int) ((offset + length - 1) / PagePool.PAGE - offset / PagePool.PAGE + 1);
    writeBack.reserve(slots);
    int slotsUsed = 0;
    try {
      slotsUsed = data.write(offset, length, from, System.nanoTime());
    } finally {
      pool.unreserve(slots - slotsUsed);
    }
    dirtyFiles.add(inode);
    synchronized (inode) {
      inode.mtime = now();
      inode.ctime = inode.mtime;
      inode.timesSet = false;
      if (dropSetId) {
        dropSetId(inode);
      }
    }
  }

  private static FileData regular(Inode inode) throws ErrnoException {
    if (!inode.isRegular()) {
      throw new ErrnoException(
          inode.isDirectory() ? Errno.EISDIR : Errno.EINVAL, "no regular file");
    }
    return inode.file();
  }

  /** Preallocates, or makes a range zero; {@code mode} as in {@code fallocate(2)}. */
  public void fallocate(Inode inode, int mode, long offset, long length) throws IOException {
    FileData data = regular(inode);
    boolean keepSize = (mode & Libc.FALLOC_FL_KEEP_SIZE) != 0;
    boolean punch = (mode & Libc.FALLOC_FL_PUNCH_HOLE) != 0;
    boolean zero = (mode & Libc.FALLOC_FL_ZERO_RANGE) != 0;
    if ((mode & ~(Libc.FALLOC_FL_KEEP_SIZE | Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_ZERO_RANGE))
        != 0) {
      throw new ErrnoException(Errno.EOPNOTSUPP, "fallocate mode " + mode);
    }
    ensureOpen(inode);
    long end = offset + length;
    if (punch || zero) {
      zero(inode, offset, Math.min(end, data.size()));
    }
    if (!punch) {
      long growth = keepSize ? 0 : Math.max(0, end - data.size());
      if (space.limited() || settings.capacityBytes() != null) {
        allocate(inode, data.unallocated(offset, end), growth);
      } else {
        used.addAndGet(growth);
      }
      if (growth > 0) {
        data.resize(end);
        pending(inode);
      }
      data.preallocated(end);
    }
    touch(inode);
  }

  private void zero(Inode inode, long offset, long end) throws IOException {
    if (offset >= end) {
      return;
    }
    long firstWhole = (offset + PagePool.PAGE - 1) / PagePool.PAGE * PagePool.PAGE;
    long lastWhole = end / PagePool.PAGE * PagePool.PAGE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(PagePool.PAGE);
      if (firstWhole >= lastWhole) {
        for (long at = offset; at < end; ) {
          int part = (int) Math.min(end - at, PagePool.PAGE - at % PagePool.PAGE);
          write(inode, at, part, zeros, false);
          at += part;
        }
        return;
      }
      write(inode, offset, (int) (firstWhole - offset), zeros, false);
      inode.file().punch(firstWhole, lastWhole);
      write(inode, lastWhole, (int) (end - lastWhole), zeros, false);
    }
  }

  // ---- attributes ----

  /** What {@code stat} tells. */
  public Attributes attributes(Inode inode) {
    FileData data = inode.data;
    String target = inode.target();
    long size = data != null ? data.size() : target != null ? target.length() : PagePool.PAGE;
    long blocks = data != null ? data.blocks(inode.backingBlocks) : inode.isDirectory() ? 8 : 0;
    synchronized (inode) {
      return new Attributes(
          inode.id(),
          size,
          blocks,
          inode.atime,
          inode.mtime,
          inode.ctime,
          inode.mode,
          inode.links,
          inode.uid,
          inode.gid,
          inode.rdev);
    }
  }

  /** Changes attributes; a new size is metadata. */
  public void change(Inode inode, AttributeChange change) throws IOException {
    Long size = change.size();
    if (size != null) {
      FileData data = regular(inode);
      ensureOpen(inode);
      long growth = size - data.size();
      allocate(inode, 0, growth);
      data.resize(size);
    }
    synchronized (inode) {
      if (size != null) {
        inode.mtime = now();
      }
      if (change.mode() != null) {
        inode.mode = (inode.mode & Inode.S_IFMT) | (change.mode() & Inode.PERMISSIONS);
      }
      inode.uid = change.uid() == null ? inode.uid : change.uid();
      inode.gid = change.gid() == null ? inode.gid : change.gid();
      if (change.dropSetId()) {
        dropSetId(inode);
      }
      inode.atime = change.atime() == null ? inode.atime : change.atime();
      if (change.mtime() != null) {
        inode.mtime = change.mtime();
        inode.timesSet = true;
      }
      inode.ctime = now();
      inode.attributesPending = true;
    }
    pending(inode);
  }

  private static void dropSetId(Inode inode) {
    int drop = inode.mode & Inode.S_ISUID;
    if ((inode.mode & Inode.S_IXGRP) != 0) {
      drop |= inode.mode & Inode.S_ISGID;
    }
    if (drop != 0) {
      inode.mode &= ~drop;
      inode.attributesPending = true;
    }
  }

  /** Sets modification and change time to now. */
  void touch(Inode inode) {
    synchronized (inode) {
      inode.mtime = now();
      inode.ctime = inode.mtime;
    }
  }

  /** Notes that an inode has attributes or a size to be committed. */
  void pending(Inode inode) {
    if (journal.isEmpty() && metadataPending.isEmpty()) {
      pendingSince = System.nanoTime();
    }
    metadataPending.add(inode);
  }

  /** When the oldest uncommitted metadata was changed, or -1 if there is none. */
  long metadataSince() {
    if (!metadataPending.isEmpty()) {
      return journal.isEmpty() ? pendingSince : Math.min(pendingSince, journal.oldestNanos());
    }
    return journal.isEmpty() ? -1 : journal.oldestNanos();
  }

  // ---- durability ----

  /** {@code fsync} of a file or directory. */
  public void sync(Inode inode) throws IOException {
    if (settings.metadata() == MetadataMode.EXT4) {
      commitMetadata();
    } else {
      syncStrictly(inode);
    }
    if (inode.isRegular()) {
      ensureOpen(inode);
      inode.file().flush(settings.hostSync());
      if (inode.timesSet || settings.metadata() == MetadataMode.STRICT) {
        commitAttributes(inode);
      }
    }
    counters.syncs.increment();
  }

  private void syncStrictly(Inode inode) throws IOException {
    if (inode.isDirectory()) {
      names.lock();
      try {
        tree.materialize(inode);
        journal.commitDirectory(inode, tree);
        tree.commitAttributes(inode);
      } finally {
        names.unlock();
      }
    } else if (!inode.materialized) {
      materialize(inode);
    }
    metadataPending.remove(inode);
  }

  void materialize(Inode inode) throws IOException {
    names.lock();
    try {
      tree.materialize(inode);
    } finally {
      names.unlock();
    }
  }

  private void commitAttributes(Inode inode) throws IOException {
    names.lock();
    try {
      synchronized (inode) {
        inode.attributesPending |= inode.timesSet;
      }
      tree.commitAttributes(inode);
    } finally {
      names.unlock();
    }
  }

  /** Commits every change of names, every explicit size and every attribute. */
  public void commitMetadata() throws IOException {
    if (journal.isEmpty() && metadataPending.isEmpty()) {
      return;
    }
    names.lock();
    try {
      journal.commitAll(tree);
      for (Inode inode : List.copyOf(metadataPending)) {
        metadataPending.remove(inode);
        commitInode(inode, flushWithMetadata.remove(inode));
      }
    } finally {
      names.unlock();
    }
  }

  /**
   * Commits one inode's size and attributes, and with {@code content} its data; under the
   * name-space lock.
   */
  void commitInode(Inode inode, boolean content) throws IOException {
    boolean placed =
        inode.orphanPath != null || !inode.durableNames.isEmpty() || inode.id() == ROOT;
    if (!inode.materialized || !placed) {
      return;
    }
    if (inode.isRegular() && (content || inode.file().sizePending())) {
      tree.open(inode);
      if (content) {
        inode.file().flush(false);
      }
      inode.file().commitSize();
      nameSpace.closeIfIdle(inode);
    }
    tree.commitAttributes(inode);
  }

  /** An {@code fsync} that fails and drops what it should have written; returns how many pages. */
  public int forsake(Inode inode) {
    return inode.isRegular() ? inode.file().forsake() : 0;
  }

  /** Makes everything durable. */
  public void syncAll() throws IOException {
    commitMetadata();
    for (Inode inode : dirtyFiles) {
      if (inode.links > 0) {
        ensureOpen(inode);
        inode.file().flush(settings.hostSync());
        if (inode.timesSet) {
          commitAttributes(inode);
        }
      }
    }
  }

  /** Forgets all volatile state; under the exclusive epoch lock. */
  void forget() throws IOException {
    namesBeforeCut = rootNames();
    epoch.incrementAndGet();
    for (Inode inode : inodes.values()) {
      FileData data = inode.data;
      if (data != null) {
        data.dropAll();
        data.detach();
      }
    }
    inodes.clear();
    hardLinked.clear();
    journal.clear();
    metadataPending.clear();
    flushWithMetadata.clear();
    dirtyFiles.clear();
    tree.emptyOrphans();
    loadRoot();
    if (settings.capacityBytes() != null) {
      used.set(sizeOf(root));
    }
  }

  /** The backing directory. */
  String root() {
    return root;
  }

  /**
   * Makes everything durable and lets go of the backing directory. Nobody may use the volume any
   * more.
   */
  @Override
  public void close() throws IOException {
    writeBack.close();
    epochLock.writeLock().lock();
    try {
      syncAll();
      forget();
      tree.removeOrphans();
      closed = true;
    } finally {
      epochLock.writeLock().unlock();
    }
    pool.close();
  }
}
